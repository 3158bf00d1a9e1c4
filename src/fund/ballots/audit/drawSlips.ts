import type { Sha256 } from '../../../store/crypto.ts';
import type { FrozenBallot } from '../../cycles/index.ts';
import type { Results } from '../ledger/results.ts';
import { costOf } from '../tally/tallyRules.ts';

/** Which slips of paper are compared with the box. Everybody can draw them again. */
export interface SlipDraw {
  /** So many wrong slips would change a winner, or are a twentieth of all; the draw finds one of them with 95 %. */
  readonly wrong: number;
  /** Serials, in the order of the draw. */
  readonly drawn: readonly string[];
}

/** From so many slips on a part of them is drawn; of fewer all are. */
const ALL_BELOW = 200;
const SURE = 0.95;
/** That so many slips are wrong is found in any case: one in twenty. */
const TWENTIETH = 20;

/**
 * Draws the slips to be compared with the box. The seal's hash decides, so that nobody chooses: the slips stand in the order of the SHA-256 of
 * `hash "\n" serial`, and the first of them are drawn. Pure; the same in every browser.
 */
export function drawSlips(sha256: Sha256, ballot: FrozenBallot, { tallies, winners, head }: Drawable, slips: readonly string[]): SlipDraw {
  const wrong = Math.max(1, Math.min(fewestWrong(ballot, { tallies, winners }), Math.ceil(slips.length / TWENTIETH)));
  const count = slips.length < ALL_BELOW ? slips.length : enough(slips.length, wrong);
  const inOrder = slips.map((serial) => ({ serial, place: sha256(`${head}\n${serial}`) })).sort((one, other) => (one.place < other.place ? -1 : 1));
  return { wrong, drawn: inOrder.slice(0, count).map(({ serial }) => serial) };
}

type Drawable = Pick<Results, 'tallies' | 'winners' | 'head'>;

/**
 * How many of `all` slips are drawn so that one of `wrong` wrong ones is among them with 95 %: the smallest n with C(all − wrong, n) ÷ C(all, n) ≤ 0.05. It is
 * drawn without putting back, so that this is exact (J. A. Aslam, R. A. Popa, R. L. Rivest: On Estimating the Size and Confidence of a Statistical Audit,
 * USENIX/ACCURATE EVT 2007). Only multiplied and divided: every machine rounds that alike.
 */
export function enough(all: number, wrong: number): number {
  let missed = 1;
  for (let n = 0; n < all; n += 1) {
    if (missed <= 1 - SURE) return n;
    missed *= Math.max(0, all - wrong - n) / (all - n);
  }
  return all;
}

/**
 * The fewest ballots that, if they said something else, can change a winner. One of them takes a vote from a project and gives one to another, so that it
 * moves two projects by two. For the rules by votes it is never too high: winners change only if a loser that could then be paid (without skipping: any loser)
 * overtakes a winner, or one of both crosses the threshold. For the other rules no such number is known, and it is 1.
 */
export function fewestWrong(ballot: FrozenBallot, { tallies, winners }: Pick<Results, 'tallies' | 'winners'>): number {
  const { rule, budget, threshold, projects, lot } = ballot;
  if (rule !== 'greedy' && rule !== 'greedy-no-skip') return 1;
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const votesOf = (number: number) => votes.get(number) ?? 0;
  const place = (number: number) => lot.indexOf(number);
  const isAhead = (one: number, other: number) => votesOf(one) - votesOf(other) || place(other) - place(one);
  const inOrder = projects.map(({ number }) => number).sort((one, other) => isAhead(other, one));
  const isWinner = new Set(winners);
  const losers = inOrder.filter((number) => !isWinner.has(number));
  const left = budget - costOf(winners, projects);
  const fits = (number: number, money: number) => costOf([number], projects) <= money;
  const rises = (number: number) => Math.max(0, threshold - votesOf(number));
  const falls = (number: number) => (threshold > 0 ? votesOf(number) - threshold + 1 : Number.POSITIVE_INFINITY);
  const overtakes = (loser: number, other: number) => Math.max(swap(votesOf(other) - votesOf(loser), place(loser) < place(other)), rises(loser), 1);
  const ways = winners.map(falls);
  let money = budget;
  for (const winner of inOrder.filter((number) => isWinner.has(number))) {
    for (const loser of losers)
      if (isAhead(winner, loser) > 0 && (rule === 'greedy-no-skip' || fits(loser, money))) ways.push(overtakes(loser, winner));
    money -= costOf([winner], projects);
  }
  for (const loser of losers) if (rises(loser) > 0 && fits(loser, left)) ways.push(rises(loser));
  const stops = rule === 'greedy-no-skip' ? losers.find((number) => rises(number) === 0) : undefined;
  if (stops !== undefined)
    for (const loser of losers)
      if (loser !== stops && fits(loser, left)) ways.push(Math.min(overtakes(loser, stops), Math.max(falls(stops), rises(loser))));
  return Math.min(...ways, Number.MAX_SAFE_INTEGER);
}

/** How many ballots that give a vote to one project instead of another bring it ahead of one that leads by `margin`; `byLot`: of equals it is the first. */
function swap(margin: number, byLot: boolean): number {
  return byLot ? Math.ceil(margin / 2) : Math.floor(margin / 2) + 1;
}
