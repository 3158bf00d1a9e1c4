import { believedOf } from '../../src/dialog/understand/believed.ts';
import { itemsOf } from '../../src/dialog/understand/inOrOut.ts';
import {
  type Believed,
  ITEM_FEATURES,
  judgementBy,
  OUTCOME_FEATURES,
  type Outcome,
  TRUST_FEATURES,
  type Weights,
} from '../../src/dialog/understand/judgement.ts';
import { outcomeFeatures } from '../../src/dialog/understand/outcome.ts';
import { outcomeOf } from '../../src/dialog/understand/outcomeOf.ts';
import type { Single } from './singles.ts';
import type { Judged } from './turns.ts';

/** Each measured on writers who were left out; none of them matters much. */
const ROUNDS = { outcomes: 6, items: 6, trust: 10 };
const STEP = { outcomes: 0.4, items: 0.3, trust: 0.03 };
/** A single message counts less than a turn, one of a writer whom the patterns do not know more. */
const COUNTS = { single: 0.6, known: 1, fresh: 1.6 };
/** The fresh writers are left out in so many parts, to learn how far the patterns and what is learnt are right of people who are new. */
const PARTS = 3;

/**
 * What comes of a message (multinomial), which projects are picks after it, and how far each is to be believed: three logistic regressions. The last one is learnt
 * from writers whom neither the patterns nor the first ones know.
 */
export function learntJudgement(turns: readonly Judged[], alone: readonly Single[]): Learnt {
  const outcomes = [...new Set([...turns, ...alone].flatMap(({ right }) => right))].sort();
  const shown = turns.map((turn) => ({
    ...outcomeExample(turn, outcomes, turn.isFresh ? COUNTS.fresh : COUNTS.known),
    turn,
  }));
  const besides = alone.map((single) => outcomeExample(single, outcomes, COUNTS.single));
  const ofItems = learntItems(turns);
  const blank = { outcomes, ofItems, ofTrust: new Float32Array(TRUST_FEATURES), units: [1, 1, 1] as const };
  const writers = [...new Set(turns.filter(({ isFresh }) => isFresh).map(({ writer }) => writer))];
  const believed = Array.from({ length: PARTS }, (_, part) => writers.filter((_, at) => at % PARTS === part)).flatMap((left) => {
    const known = shown.filter(({ turn }) => !left.includes(turn.writer));
    const judgement = judgementBy({
      ...blank,
      ofOutcomes: learntOutcomes([...known, ...besides], outcomes.length),
      ofItems: learntItems(known.map(({ turn }) => turn)),
    });
    return shown
      .filter(({ turn }) => left.includes(turn.writer))
      .map(({ turn }) => ({ all: believedOf(judgement, turn.meaning, turn.situation), right: bestOf(turn) }));
  });
  return { ...blank, ofOutcomes: learntOutcomes([...shown, ...besides], outcomes.length), ofTrust: learntTrust(believed) };
}

/** What had best come of it, given what the patterns find: where they find other picks than it says, nothing. */
function bestOf({ meaning, right, isReadRight }: Judged): readonly Outcome[] {
  if (outcomeOf(meaning) !== 'picks' || isReadRight) return right;
  const others = right.filter((outcome) => outcome !== 'picks');
  return others.length > 0 ? others : ['nothing'];
}

/** As it was learnt, before a weight is a byte. */
export interface Learnt extends Weights {
  readonly ofOutcomes: Float32Array;
  readonly ofItems: Float32Array;
  readonly ofTrust: Float32Array;
}

interface Example {
  readonly features: readonly number[];
  readonly right: readonly number[];
  readonly counts: number;
}

function outcomeExample({ situation, right }: Single, outcomes: readonly Outcome[], counts: number): Example {
  return { features: outcomeFeatures(situation), right: right.map((each) => outcomes.indexOf(each)), counts };
}

/** Each weight has a step of its own (AdaGrad, Duchi et al. 2011). Of several right outcomes the sum of their chances counts. */
function learntOutcomes(examples: readonly Example[], width: number): Float32Array {
  const weights = new Float32Array(OUTCOME_FEATURES * width);
  const squares = new Float32Array(OUTCOME_FEATURES * width).fill(1e-3);
  const random = randomFrom(7);
  const chances = new Float64Array(width);
  for (let round = 0; round < ROUNDS.outcomes; round++) {
    for (const { features, right, counts } of shuffled(examples, random)) {
      const scale = 1 / Math.sqrt(features.length);
      setChances(chances, features, weights, scale);
      const all = right.reduce((sum, at) => sum + (chances[at] ?? 0), 0);
      for (let at = 0; at < width; at++) {
        const chance = chances[at] ?? 0;
        const slope = (chance - (right.includes(at) ? chance / all : 0)) * scale * counts;
        if (Math.abs(slope) < LEAST_SLOPE) continue;
        for (const feature of features) step(weights, squares, feature * width + at, slope, STEP.outcomes);
      }
    }
  }
  return weights;
}

const LEAST_SLOPE = 1e-4;

function learntItems(turns: readonly Judged[]): Float32Array {
  const items = turns.flatMap(({ situation, meaning, picks, isFresh }) =>
    picks && situation.isVoting
      ? itemsOf(situation, isFresh ? meaning : undefined).map(({ number, features }) => ({
          features,
          isIn: picks.includes(number),
          counts: isFresh ? COUNTS.fresh : COUNTS.known,
        }))
      : [],
  );
  const weights = new Float32Array(ITEM_FEATURES);
  const squares = new Float32Array(ITEM_FEATURES).fill(1e-3);
  const random = randomFrom(7);
  for (let round = 0; round < ROUNDS.items; round++)
    for (const { features, isIn, counts } of shuffled(items, random)) {
      const scale = 1 / Math.sqrt(features.length);
      const sum = features.reduce((all, feature) => all + (weights[feature] ?? 0), 0);
      const slope = (1 / (1 + Math.exp(-sum * scale)) - (isIn ? 1 : 0)) * scale * counts;
      if (Math.abs(slope) >= LEAST_SLOPE) for (const feature of features) step(weights, squares, feature, slope, STEP.items);
    }
  return weights;
}

function learntTrust(examples: readonly { readonly all: readonly Believed[]; readonly right: readonly Outcome[] }[]): Float32Array {
  const weights = new Float32Array(TRUST_FEATURES);
  const squares = new Float32Array(TRUST_FEATURES).fill(1e-2);
  const random = randomFrom(7);
  for (let round = 0; round < ROUNDS.trust; round++)
    for (const { all, right } of shuffled(examples, random)) {
      const sums = all.map(({ signs }) => Math.exp(signs.reduce((sum, [feature, amount]) => sum + (weights[feature] ?? 0) * amount, 0)));
      const total = sums.reduce((sum, each) => sum + each, 0);
      const ofRight = sums.reduce((sum, each, at) => sum + (right.includes(all[at]?.outcome ?? 'nothing') ? each : 0), 0);
      if (ofRight === 0) continue;
      all.forEach(({ outcome, signs }, at) => {
        const share = sums[at] ?? 0;
        const slope = share / total - (right.includes(outcome) ? share / ofRight : 0);
        for (const [feature, amount] of signs) step(weights, squares, feature, slope * amount + SHRINKS * (weights[feature] ?? 0), STEP.trust);
      });
    }
  return weights;
}

const SHRINKS = 1e-4;

function step(weights: Float32Array, squares: Float32Array, at: number, slope: number, size: number): void {
  const square = (squares[at] ?? 0) + slope * slope;
  squares[at] = square;
  weights[at] = (weights[at] ?? 0) - (size * slope) / Math.sqrt(square);
}

/** Softmax of the sums of the features' weights. */
export function setChances(chances: Float64Array, features: readonly number[], weights: Float32Array, scale: number): void {
  chances.fill(0);
  for (const feature of features)
    for (let kind = 0; kind < chances.length; kind++) chances[kind] = (chances[kind] ?? 0) + (weights[feature * chances.length + kind] ?? 0);
  const most = Math.max(...chances) * scale;
  let sum = 0;
  for (let kind = 0; kind < chances.length; kind++) sum += chances[kind] = Math.exp((chances[kind] ?? 0) * scale - most);
  for (let kind = 0; kind < chances.length; kind++) chances[kind] = (chances[kind] ?? 0) / sum;
}

export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The same numbers each time: what is learnt from the same is the same. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
