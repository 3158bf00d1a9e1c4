import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadVocabulary } from '../src/dialog/loadCatalogue.ts';
import { FEATURES, featuresOf, type LearntHead } from '../src/dialog/understand/guess.ts';
import type { Kind } from '../src/dialog/understand/intentBook.ts';
import { root } from '../src/store/files.ts';
import { commandOf, does } from './support/command.ts';
import { type Example, examples, examplesHash } from './support/examples.ts';
import { printLine } from './support/print.ts';

/** Each measured on sets that were kept apart; none of them matters much. */
const ROUNDS = 6;
const STEP = 0.3;
/** A message in its own words counts for so many wordings. */
const MESSAGE = 4;
/** So much more a kind with few examples counts than one with many, at most. */
const RARE = 3;

export const command = commandOf(
  'learn',
  'Learns anew what messages mean, from the wordings in locales/*/intents.yaml and the sets of messages and questions in test/dialog/understand, and writes locales/zh-CN/learnt.bin. Run it when one of them was changed. It takes some ten seconds.',
).action(does(async () => learn()));

function learn(): void {
  const known = examples(loadVocabulary(undefined, () => ({ kind: 'others', chance: 0, chanceOf: () => 0 })));
  const kinds = [...new Set(known.map(({ kind }) => kind))].sort();
  const weights = learnt(known, kinds);
  const unit = weights.reduce((most, each) => Math.max(most, Math.abs(each)), 0) / 127;
  const head: LearntHead = { kinds, unit, from: examplesHash() };
  const bytes = Int8Array.from(weights, (each) => Math.round(each / unit));
  writeFileSync(join(root, 'locales', 'zh-CN', 'learnt.bin'), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), Buffer.from(bytes.buffer)]));
  printLine(`learnt ${kinds.length} kinds from ${known.length} examples`);
}

/** Multinomial logistic regression by stochastic gradient descent, each weight with a step of its own (AdaGrad, Duchi et al. 2011). */
function learnt(known: readonly Example[], kinds: readonly Kind[]): Float32Array {
  const width = kinds.length;
  const weights = new Float32Array(FEATURES * width);
  const squares = new Float32Array(FEATURES * width).fill(1e-3);
  const random = randomFrom(7);
  const counts = kinds.map((kind) => known.filter((each) => each.kind === kind).length);
  const shown = known.map(({ units, asked, kind, isMessage }) => {
    const place = kinds.indexOf(kind);
    const rare = Math.min(RARE, Math.sqrt(known.length / width / (counts[place] ?? 1)));
    return { features: [...featuresOf(units, asked)], place, counts: rare * (isMessage ? MESSAGE : 1) };
  });
  const chances = new Float64Array(width);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { features, place, counts } of shuffled(shown, random)) {
      const scale = 1 / Math.sqrt(features.length);
      setChances(chances, features, weights, scale);
      for (let kind = 0; kind < width; kind++) {
        const slope = ((chances[kind] ?? 0) - (kind === place ? 1 : 0)) * scale * counts;
        if (Math.abs(slope) < 1e-4) continue;
        for (const feature of features) {
          const at = feature * width + kind;
          const square = (squares[at] ?? 0) + slope * slope;
          squares[at] = square;
          weights[at] = (weights[at] ?? 0) - (STEP * slope) / Math.sqrt(square);
        }
      }
    }
  }
  return weights;
}

function setChances(chances: Float64Array, features: readonly number[], weights: Float32Array, scale: number): void {
  chances.fill(0);
  for (const feature of features)
    for (let kind = 0; kind < chances.length; kind++) chances[kind] = (chances[kind] ?? 0) + (weights[feature * chances.length + kind] ?? 0);
  const most = Math.max(...chances) * scale;
  let sum = 0;
  for (let kind = 0; kind < chances.length; kind++) sum += chances[kind] = Math.exp((chances[kind] ?? 0) * scale - most);
  for (let kind = 0; kind < chances.length; kind++) chances[kind] = (chances[kind] ?? 0) / sum;
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The same numbers each time: what is learnt from the same is the same. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
