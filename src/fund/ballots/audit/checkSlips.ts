import * as z from 'zod';
import type { Sha256 } from '../../../store/vault.ts';
import type { FrozenBallot } from '../../cycles/index.ts';
import type { Results } from '../ledger/results.ts';
import { costOf } from '../tally/tally.ts';
import { AuditError, linesOf, sameLines } from './readFiles.ts';

/** What was found in the box: the paper says what was keyed, something else, or it is not there. */
export const FOUND = ['agrees', 'differs', 'absent'] as const;
export type Found = (typeof FOUND)[number];

/** The audit of a cycle's paper, as `slips.json` and the API have it. It says of no slip what it says, nor whether it counted. */
export interface SlipAudit extends SlipDraw {
  readonly cycle: string;
  /** The seal's hash. */
  readonly head: string;
  /** 16 random bytes in hex, of the list's moment: what was cast last could not be chosen for a draw. Absent of lists that were noted without. */
  readonly draw?: string | undefined;
  /** The serials of all slips that were handed in or keyed, ascending, as they were noted before the seal. */
  readonly slips: readonly string[];
  /** `changes`: how often it was entered anew, each time with a reason. */
  readonly found: readonly { readonly serial: string; readonly found: Found; readonly changes: number }[];
}

const FILE = 'slips.json';
const serial = z.string().regex(/^\d{8}$/, 'is no serial');
/** `slips.json`. */
export const slipsSchema = z.strictObject({
  cycle: z.string(),
  head: z.string(),
  draw: z.string().optional(),
  slips: z.array(serial),
  wrong: z.int(),
  drawn: z.array(serial),
  found: z.array(z.strictObject({ serial, found: z.enum(FOUND), changes: z.int().nonnegative() })),
});

/** `slips.json`: one value a line, so that a wrong one has a line of its own. */
export function slipsText({ cycle, head, draw, slips, wrong, drawn, found }: SlipAudit): string {
  const entries = found.map(({ serial, found, changes }) => ({ serial, found, changes }));
  return `${JSON.stringify({ cycle, head, draw, slips, wrong, drawn, found: entries }, null, 2)}\n`;
}

/** What was drawn, and how much of it was compared. */
export interface SlipsChecked {
  readonly slips: number;
  readonly drawn: number;
  readonly compared: number;
  readonly differ: number;
}

/** An entry of the log about the cycle's slips, opened. */
export interface SlipsLogged {
  /** The list that was noted before the seal: how many, the SHA-256 of their serials, one a line, and what was drawn with it. */
  readonly listed?: { readonly slips: number; readonly list: string; readonly draw?: string | undefined };
  /** By serial, what was entered last, and how often it was entered anew. */
  readonly found: ReadonlyMap<string, { readonly found: string; readonly changes: number }>;
}

/**
 * Draws the slips again and compares the file, line by line, with what it must be. `logged`: what the log says, if it is there: then the list must be the one
 * of before the seal, and what was found what was entered. Throws `AuditError` at the first line that is another.
 */
export function checkSlips(sha256: Sha256, ballot: FrozenBallot, results: Results, text: string, logged?: SlipsLogged): SlipsChecked {
  const given = read(text);
  const unsorted = given.slips.findIndex((serial, index) => index > 0 && serial <= (given.slips[index - 1] ?? ''));
  if (unsorted >= 0) throw new AuditError(FILE, lineOf(text, 'slips', unsorted), 'is not in ascending order, or there twice');
  if (logged) {
    const { listed } = logged;
    if (!listed) throw new AuditError('log.ndjson', 1, 'has no list of the slips from before the seal');
    if (listed.slips !== given.slips.length || listed.list !== listHash(sha256, given.slips))
      throw new AuditError(FILE, lineOf(text, 'slips', 0), `is not the list of ${listed.slips} slips that was noted before the seal`);
    if (listed.draw !== given.draw) throw new AuditError(FILE, lineOf(text, 'draw', -1), 'is not what was noted with the list before the seal');
  }
  const drawn = drawSlips(sha256, ballot, { ...results, draw: given.draw }, given.slips);
  const stray = given.found.findIndex(({ serial }) => !drawn.drawn.includes(serial));
  const expected = slipsText({ cycle: ballot.cycle, head: results.head, draw: given.draw, slips: given.slips, ...drawn, found: given.found });
  sameLines(FILE, expected, slipsText(given), text, 'drawn again');
  if (stray >= 0) throw new AuditError(FILE, lineOf(text, 'found', stray), 'was not drawn');
  if (logged) checkFound(given, text, logged);
  return {
    slips: given.slips.length,
    drawn: drawn.drawn.length,
    compared: given.found.length,
    differ: given.found.filter(({ found }) => found !== 'agrees').length,
  };
}

function checkFound({ found }: z.output<typeof slipsSchema>, text: string, logged: SlipsLogged): void {
  const other = found.findIndex(({ serial, found, changes }) => {
    const entered = logged.found.get(serial);
    return entered?.found !== found || entered.changes !== changes;
  });
  if (other >= 0) throw new AuditError(FILE, lineOf(text, 'found', other), 'is not what the log says was entered');
  const left = [...logged.found.keys()].find((serial) => !found.some((each) => each.serial === serial));
  if (left !== undefined) throw new AuditError(FILE, lineOf(text, 'found', 0), `${left} was entered by the log, and is missing`);
}

/** What a log of the list says: the SHA-256 of the serials, one a line. */
export function listHash(sha256: Sha256, slips: readonly string[]): string {
  return sha256(slips.join('\n'));
}

function read(text: string): z.output<typeof slipsSchema> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new AuditError(FILE, 1, 'is not JSON');
  }
  const result = slipsSchema.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [key, index] = issue?.path ?? [];
  throw new AuditError(FILE, lineOf(text, String(key ?? 'cycle'), Number(index ?? 0)), `${issue?.path.join('.')}: ${issue?.message}`);
}

/** The line, counted from 1, of the item of a list with one item a line (of `found`: five); 1 if it is written otherwise. */
function lineOf(text: string, key: string, index: number): number {
  const start = linesOf(text).findIndex((line) => line.startsWith(`  "${key}"`));
  return start < 0 ? 1 : start + (key === 'found' ? 3 + 5 * index : 2 + index);
}

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
 * Draws the slips to be compared with the box. The seal's hash decides, and what was drawn with the list once nothing could be cast any more, so that nobody
 * chooses: the slips stand in the order of the SHA-256 of `hash "\n" draw "\n" serial`, and the first of them are drawn. Pure; the same in every browser.
 */
export function drawSlips(sha256: Sha256, ballot: FrozenBallot, { tallies, winners, head, draw }: Drawable, slips: readonly string[]): SlipDraw {
  const wrong = Math.max(1, Math.min(fewestWrong(ballot, { tallies, winners }), Math.ceil(slips.length / TWENTIETH)));
  const count = slips.length < ALL_BELOW ? slips.length : enough(slips.length, wrong);
  const seed = draw === undefined ? head : `${head}\n${draw}`;
  const inOrder = slips.map((serial) => ({ serial, place: sha256(`${seed}\n${serial}`) })).sort((one, other) => (one.place < other.place ? -1 : 1));
  return { wrong, drawn: inOrder.slice(0, count).map(({ serial }) => serial) };
}

type Drawable = Pick<Results, 'tallies' | 'winners' | 'head'> & Pick<SlipAudit, 'draw'>;

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
