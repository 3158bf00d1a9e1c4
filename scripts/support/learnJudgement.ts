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
import { type Example, LEAST_SLOPE, multinomial, randomFrom, shuffled, step } from './regression.ts';
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
      ofOutcomes: learntOutcomes([...known, ...besides], outcomes),
      ofItems: learntItems(known.map(({ turn }) => turn)),
    });
    return shown
      .filter(({ turn }) => left.includes(turn.writer))
      .map(({ turn }) => ({ all: believedOf(judgement, turn.meaning, turn.situation), right: bestOf(turn) }));
  });
  return { ...blank, ofOutcomes: learntOutcomes([...shown, ...besides], outcomes), ofTrust: learntTrust(believed) };
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

function outcomeExample({ situation, right }: Single, outcomes: readonly Outcome[], counts: number): Example {
  return { features: outcomeFeatures(situation), right: right.map((each) => outcomes.indexOf(each)), counts };
}

function learntOutcomes(examples: readonly Example[], outcomes: readonly Outcome[]): Float32Array {
  return multinomial(examples, { features: OUTCOME_FEATURES, width: outcomes.length, rounds: ROUNDS.outcomes, size: STEP.outcomes });
}

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
