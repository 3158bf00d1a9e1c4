import type { OpenFlow } from './openFlow.ts';
import type { Reply } from './question.ts';
import type { Meaning } from './understand/commandIn.ts';
import { TELLS_NOTHING } from './understand/meant.ts';

/** A message as it was understood last, without its digits, for two minutes: what follows may show that something else was meant. */
export interface Understood {
  readonly text: string;
  /** What was done with it: picks were read back, it was asked whether a command was meant, or a fact was told. */
  readonly told: 'readBack' | 'nearly' | 'fact';
  readonly second: number;
}

const MAX_KEPT_CHARS = 120;

/** What was understood in a turn, if it may have been something else. */
export function understoodIn(text: string | undefined, meaning: Meaning | undefined, reply: Reply, second: number): Understood | undefined {
  if (text === undefined || !meaning || !/\p{L}/u.test(text)) return undefined;
  const told = toldBy(meaning, reply);
  return told && { text: [...text.replace(/\p{N}/gu, '*')].slice(0, MAX_KEPT_CHARS).join(''), told, second };
}

function toldBy(meaning: Meaning, { outcome, asks }: Reply): Understood['told'] | undefined {
  if (outcome === 'askConfirmation' && meaning.kind !== 'command') return 'readBack';
  if (meaning.kind === 'near' && asks?.expects === 'confirmation') return 'nearly';
  return meaning.kind === 'ownAnswer' || (meaning.kind === 'intent' && !TELLS_NOTHING.has(meaning.intent)) ? 'fact' : undefined;
}

interface Next {
  readonly text: string | undefined;
  readonly meaning: Meaning | undefined;
  /** What was open when it came. */
  readonly open: OpenFlow | undefined;
}

/** The text that was understood wrongly, as the next message shows: a no, other picks in whole, or the same asked in other words. */
export function doubted(last: Understood | undefined, { text, meaning, open }: Next): string | undefined {
  if (!last || !meaning) return undefined;
  const isAnswer = meaning.kind === 'answer';
  if (last.told === 'nearly') return open?.role === 'confirm' && isAnswer && meaning.answer.type === 'NO' ? last.text : undefined;
  if (last.told === 'readBack') {
    if (open?.role !== 'vote' || open.asked.expects !== 'confirmation' || !isAnswer) return undefined;
    const { answer } = meaning;
    const isAnew = answer.type === 'NUMBERS' || (answer.type === 'NAMED' && !answer.change);
    return answer.type === 'NO' || isAnew ? last.text : undefined;
  }
  return text !== undefined && isReworded(last.text, text) ? last.text : undefined;
}

/** So much of the shorter one's pairs of characters two wordings of the same have in common. */
const ALIKE = 0.34;

/** Whether the second text says the first one again, in other words. */
export function isReworded(before: string, after: string): boolean {
  const [one, other] = [before, after].map(pairsOf) as [Set<string>, Set<string>];
  const least = Math.min(one.size, other.size);
  const shared = [...one].filter((pair) => other.has(pair)).length;
  return least >= 2 && shared < Math.max(one.size, other.size) && shared / least >= ALIKE;
}

function pairsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[a-z']+|\p{Script=Han}/gu) ?? [];
  return new Set(words.slice(1).map((word, index) => `${words[index]} ${word}`));
}
