import { CodedError } from '../../store/codedError.ts';
import type { CommandName, Intent } from '../command.ts';
import { softmax, summed } from './guess.ts';

/** What comes of a message: a kind of question is answered, picks are read back, a complaint is passed on. What is learnt is which of these. */
export type Outcome =
  | Intent
  | 'picks'
  | 'yes'
  | 'left'
  | 'nothing'
  | 'own'
  | 'project'
  | 'list'
  | 'passes'
  | 'proposes'
  | 'reports'
  | 'stops'
  | 'starts'
  | 'disowns'
  | 'register'
  | 'card'
  | 'again'
  | 'help'
  /** Digits, a text or an option that was asked for. */
  | 'given'
  | CommandName;

/** What was learnt from conversations: what comes of a message where it stands, which projects are picks after it, and how far the patterns are right. */
export interface Judgement {
  readonly outcomes: readonly Outcome[];
  /** How likely each of `outcomes` is. */
  readonly chancesOf: (features: readonly number[]) => Float64Array;
  /** How likely a project is among the picks after the message. */
  readonly isIn: (features: readonly number[]) => number;
  /** How far each of some outcomes is to be believed, as shares. */
  readonly trustIn: (outcomes: readonly Believed[]) => number[];
}

/** What speaks for an outcome. */
export interface Believed {
  readonly outcome: Outcome;
  readonly signs: readonly (readonly [feature: number, amount: number])[];
}

export interface Weights {
  readonly outcomes: readonly Outcome[];
  readonly ofOutcomes: Float32Array | Int8Array;
  readonly ofItems: Float32Array | Int8Array;
  readonly ofTrust: Float32Array | Int8Array;
  /** What a weight of one is worth in each. */
  readonly units: readonly [outcomes: number, items: number, trust: number];
}

/** The head of the file, one line of JSON; one byte a weight follows. */
export interface JudgementHead extends Pick<Weights, 'outcomes' | 'units'> {
  /** SHA-256 of what it was learnt from. */
  readonly from: string;
}

/** How many features there are: powers of two. */
export const OUTCOME_FEATURES = 2 ** 16;
export const ITEM_FEATURES = 2 ** 16;
export const TRUST_FEATURES = 2 ** 12;

/** Nothing was learnt: the patterns alone count. */
export const NO_JUDGEMENT: Judgement = { outcomes: [], chancesOf: () => new Float64Array(), isIn: () => 0, trustIn: () => [] };

/** Reads what `npm run learn` has written. Throws `learnt-unreadable` if that is not whole. */
export function readJudgement(file: Buffer): Weights & { readonly head: JudgementHead } {
  const end = file.indexOf(NEWLINE);
  const head: JudgementHead = JSON.parse(file.toString('utf8', 0, Math.max(0, end)) || '{"outcomes":[]}');
  const bytes = new Int8Array(file.buffer, file.byteOffset + end + 1, file.length - end - 1);
  const items = OUTCOME_FEATURES * head.outcomes.length;
  if (head.outcomes.length === 0 || bytes.length !== items + ITEM_FEATURES + TRUST_FEATURES)
    throw new CodedError('learnt-unreadable', 'locales/zh-CN/judgement.bin is not whole: run npm run learn.');
  const trust = items + ITEM_FEATURES;
  return { ...head, head, ofOutcomes: bytes.subarray(0, items), ofItems: bytes.subarray(items, trust), ofTrust: bytes.subarray(trust) };
}

const NEWLINE = 10;

/** Three logistic regressions: sums of weights become chances. */
export function judgementBy({ outcomes, ofOutcomes, ofItems, ofTrust, units: [ofOutcome, ofItem, ofSign] }: Weights): Judgement {
  return {
    outcomes,
    chancesOf: (features) => softmax(summed(new Float64Array(outcomes.length), features, ofOutcomes), ofOutcome / Math.sqrt(features.length)),
    isIn: (features) => {
      let sum = 0;
      for (const feature of features) sum += ofItems[feature] ?? 0;
      return 1 / (1 + Math.exp((-sum * ofItem) / Math.sqrt(features.length)));
    },
    trustIn: (believed) => {
      const sums = Float64Array.from(believed, ({ signs }) => signs.reduce((sum, [feature, amount]) => sum + (ofTrust[feature] ?? 0) * amount, 0));
      return [...softmax(sums, ofSign)];
    },
  };
}
