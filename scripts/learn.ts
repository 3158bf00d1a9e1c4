import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadVocabulary } from '../src/dialog/loadCatalogue.ts';
import { FEATURES, featuresOf, type LearntHead } from '../src/dialog/understand/guess.ts';
import type { Kind } from '../src/dialog/understand/intentBook.ts';
import { type JudgementHead, NO_JUDGEMENT } from '../src/dialog/understand/judgement.ts';
import { root } from '../src/store/files.ts';
import { commandOf, does } from './support/command.ts';
import { type Example, examples, examplesHash } from './support/examples.ts';
import { learntJudgement } from './support/learnJudgement.ts';
import { notForUs } from './support/notForUs.ts';
import { printLine } from './support/print.ts';
import { multinomial } from './support/regression.ts';
import { singles } from './support/singles.ts';
import { conversationFiles, conversationsHash, judgedTurns } from './support/turns.ts';

/** Each measured on sets that were kept apart; none of them matters much. */
const ROUNDS = 6;
const STEP = 0.3;
/** A message in its own words counts for so many wordings. */
const MESSAGE = 4;
/** So much more a kind with few examples counts than one with many, at most. */
const RARE = 3;

export const command = commandOf(
  'learn',
  'Learns anew what messages mean, from the wordings in locales/*/intents.yaml and the sets of messages and questions in test/dialog/understand (locales/zh-CN/learnt.bin), and what comes of them in a conversation, from test/conversations (judgement.bin). Run it when one of them was changed. It takes a minute and a half.',
).action(
  does(async () => {
    learn();
    learnToJudge();
  }),
);

function learn(): void {
  const known = examples(loadVocabulary(undefined, () => ({ kind: 'others', chance: 0, chanceOf: () => 0 }), NO_JUDGEMENT));
  const kinds = [...new Set(known.map(({ kind }) => kind))].sort();
  const weights = learnt(known, kinds);
  const { unit, bytes } = asBytes(weights);
  const head: LearntHead = { kinds, unit, from: examplesHash() };
  writeFileSync(join(root, 'locales', 'zh-CN', 'learnt.bin'), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), Buffer.from(bytes.buffer)]));
  printLine(`learnt ${kinds.length} kinds from ${known.length} examples`);
}

/** Needs what `learn` has written: what the patterns find rests on it. */
function learnToJudge(): void {
  const words = loadVocabulary(undefined, undefined, NO_JUDGEMENT);
  const turns = judgedTurns(conversationFiles(), words);
  const { outcomes, ofOutcomes, ofItems, ofTrust } = learntJudgement([...turns, ...notForUs(turns, words)], singles(words));
  const [inOutcomes, inItems, inTrust] = [ofOutcomes, ofItems, ofTrust].map(asBytes);
  if (!inOutcomes || !inItems || !inTrust) return;
  const head: JudgementHead = { outcomes, units: [inOutcomes.unit, inItems.unit, inTrust.unit], from: conversationsHash() };
  const parts = [inOutcomes, inItems, inTrust].map(({ bytes }) => Buffer.from(bytes.buffer));
  writeFileSync(join(root, 'locales', 'zh-CN', 'judgement.bin'), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...parts]));
  printLine(`learnt ${outcomes.length} outcomes from ${turns.length} turns`);
}

/** One byte a weight, and what a weight of one is worth. */
function asBytes(weights: Float32Array): { readonly bytes: Int8Array; readonly unit: number } {
  const unit = weights.reduce((most, each) => Math.max(most, Math.abs(each)), 0) / 127;
  return { unit, bytes: Int8Array.from(weights, (each) => Math.round(each / unit)) };
}

function learnt(known: readonly Example[], kinds: readonly Kind[]): Float32Array {
  const width = kinds.length;
  const counts = kinds.map((kind) => known.filter((each) => each.kind === kind).length);
  const shown = known.map(({ units, asked, kind, isMessage }) => {
    const place = kinds.indexOf(kind);
    const rare = Math.min(RARE, Math.sqrt(known.length / width / (counts[place] ?? 1)));
    return { features: [...featuresOf(units, asked)], right: [place], counts: rare * (isMessage ? MESSAGE : 1) };
  });
  return multinomial(shown, { features: FEATURES, width, rounds: ROUNDS, size: STEP });
}
