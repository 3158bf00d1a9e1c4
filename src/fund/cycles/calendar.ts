import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { sha256 } from '../../store/vault.ts';
import { DAY_MS, dayOf, HOUR_MS } from '../../store/wallTime.ts';
import { Cycle, type CycleRecord, type FrozenCycle, type Hold, type Move, STAGES, type Stage } from './cycle.ts';

/** A cycle's dates: the dates of its file, what was changed by hand since, what holds its vote back, and how long slips are keyed. */
export type Calendar = Pick<CycleRecord, 'stages' | 'moves' | 'holds' | 'paper'>;

/** The fields of a cycle that are its calendar, for queries that read no more. */
export const CALENDAR_FIELDS = { stages: 1, moves: 1, holds: 1, paper: 1 } as const;

/** A stage from its first moment (`from`) up to `to`, which no longer belongs to it; the last stage has no `to`. */
export interface Period {
  stage: Stage;
  from: Date;
  to?: Date;
}

interface Beginning {
  readonly stage: Stage;
  readonly from: Date;
}

/**
 * The stages of a cycle in order of time, without gaps, with every change by hand applied (docs/contract.md: The vote), as they are known at `at`. A
 * stage that was set by hand holds until the next date that leads to a later stage; stages that were passed over do not appear. An extension puts off
 * the close, and with it every stage that would have begun before. A vote that is held back begins when nothing holds it any more; once its day has
 * come and something still does, it does not appear. A calendar that depends on no moment is worked out once: each turn asks for it several times.
 */
export function periods(calendar: Calendar, at: Date): readonly Period[] {
  if (calendar.holds?.some(({ to }) => !to)) return periodsAt(calendar, at);
  const before = workedOut.get(calendar);
  if (before) return before;
  const now = periodsAt(calendar, at);
  workedOut.set(calendar, now);
  return now;
}

const workedOut = new WeakMap<Calendar, readonly Period[]>();

function periodsAt({ stages, moves, holds = [] }: Calendar, at: Date): Period[] {
  const moved = [...moves].sort((a, b) => a.at.getTime() - b.at.getTime()).reduce<readonly Beginning[]>(applied, stages);
  const beginnings = moved.flatMap((beginning, index) => {
    const from = beginning.stage === 'vote' ? openingOf(beginning.from, holds, at) : beginning.from;
    const next = moved[index + 1]?.from;
    const isPassedOver = from === undefined || (from > beginning.from && next !== undefined && from >= next);
    return isPassedOver ? [] : [{ ...beginning, from }];
  });
  const periods: Period[] = [];
  beginnings.forEach(({ stage, from }, index) => {
    const to = beginnings[index + 1]?.from;
    if (to && to <= from) return;
    const before = periods.at(-1);
    if (before?.stage === stage) before.to = to;
    else periods.push({ stage, from, to });
  });
  return periods;
}

function applied(beginnings: readonly Beginning[], { kind, stage, from }: Move): readonly Beginning[] {
  if (kind === 'slips') return beginnings;
  if (kind === 'extend') {
    const vote = beginnings.findLastIndex((beginning) => beginning.stage === 'vote');
    return beginnings.map((beginning, index) => (index > vote && beginning.from < from ? { stage: beginning.stage, from } : beginning));
  }
  return [
    ...beginnings.filter((beginning) => beginning.from < from),
    { stage, from },
    ...beginnings.filter((beginning) => beginning.from >= from && isLater(beginning.stage, stage)),
  ];
}

/** When a vote opens that was to open at `from`; undefined if its day has come, and something holds it back still. */
function openingOf(from: Date, holds: readonly Hold[], at: Date): Date | undefined {
  let opens = from;
  for (const hold of holds.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    if (hold.from > opens || (hold.to && hold.to <= opens)) continue;
    if (!hold.to) return at < opens ? opens : undefined;
    opens = hold.to;
  }
  return opens;
}

function isLater(a: Stage, b: Stage): boolean {
  return STAGES.indexOf(a) > STAGES.indexOf(b);
}

/** A mark of a cycle's calendar as it is: another one as soon as anything in it is changed, by hand or by a file. */
export function calendarMark({ stages, moves, paper }: Calendar): string {
  const dates = [stages.map(({ stage, from }) => [stage, from]), moves.map(({ kind, stage, from }) => [kind, stage, from])];
  return sha256(JSON.stringify([...dates, ...(paper ? [paper.until, ...(paper.key ? [paper.key] : [])] : [])])).slice(0, 16);
}

/** The stage that a cycle is in at a moment; undefined before its first stage. */
export function stageAt(cycle: Calendar, at: Date): Stage | undefined {
  return periods(cycle, at).findLast(({ from }) => from <= at)?.stage;
}

/**
 * When a cycle votes: ballots count if they were received from `from` on and before `to`, the close. Undefined if the cycle has no vote, or was moved
 * past it, or back before anybody voted: it can be opened again, and this is then the last time. `at`: the moment at which it is asked, because a vote that
 * is held back has no opening once its day has come (`heldVote`).
 */
export function voteOf(cycle: Calendar, at: Date): { from: Date; to: Date } | undefined {
  const all = periods(cycle, at);
  const place = all.findLastIndex(({ stage }) => stage === 'vote');
  const [vote, next] = [all[place], all[place + 1]];
  return vote?.to && next && isLater(next.stage, 'vote') ? { from: vote.from, to: vote.to } : undefined;
}

/** Where nothing says when a cycle is closed, its last stage lasts so long. */
const UNCLOSED_MS = 365 * DAY_MS;

/** The first and the last day of a cycle, `2027-03-09`: of its first date, and on which it is closed. */
export function daysOf(cycle: Calendar, at: Date, timezone: string): { readonly first: string; readonly last: string } {
  const all = periods(cycle, at);
  const [first, last] = [all[0], all.at(-1)];
  const ends = (last?.from.getTime() ?? 0) + (last?.stage === 'closed' ? 0 : UNCLOSED_MS);
  return { first: dayOf(first?.from ?? at, timezone), last: dayOf(new Date(ends), timezone) };
}

/** As what a stage is spoken of: without a vote, the work that begins follows none. */
export function spokenStage(cycle: Calendar, stage: Stage, at: Date): Stage | 'workWithoutVote' {
  return stage === 'implement' && !voteOf(cycle, at) ? 'workWithoutVote' : stage;
}

/** When a vote was to be open that is held back at a moment, while it would be open; undefined if nothing holds it. */
export function heldVote(cycle: Calendar, at: Date): { from: Date; to: Date } | undefined {
  if (!cycle.holds?.length) return undefined;
  const planned = voteOf({ stages: cycle.stages, moves: cycle.moves }, at);
  const isTime = planned && planned.from <= at && at < planned.to;
  return isTime && stageAt(cycle, at) !== 'vote' ? planned : undefined;
}

/** The longest that slips may be keyed after the close (docs/contract.md: The vote). */
export const LONGEST_KEYING_MS = 72 * HOUR_MS;

/**
 * Until when slips of paper are keyed: `paper.until` of the cycle's file, or what it was put off to since, else the close. If the close was moved after that,
 * it comes as long after the close as before. Undefined if the cycle has no vote. The ledger is not sealed before it.
 */
export function slipsClose(cycle: Calendar, at: Date): Date | undefined {
  const vote = voteOf(cycle, at);
  return vote && new Date(vote.to.getTime() + keyedFor(cycle, at));
}

/** How long after the close slips are keyed, in milliseconds. */
function keyedFor({ stages, moves, paper }: Calendar, at: Date): number {
  const inOrder = moves.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const last = inOrder.findLastIndex(({ kind }) => kind === 'slips');
  const until = inOrder[last]?.from ?? paper?.until;
  const close = until && voteOf({ stages, moves: inOrder.slice(0, Math.max(last, 0)) }, at)?.to;
  return close ? Math.min(Math.max(until.getTime() - close.getTime(), 0), LONGEST_KEYING_MS) : 0;
}

/**
 * When the boxes are opened: at the close where slips are keyed after it, so that nobody knows ballots while others vote; undefined if they may be opened
 * as soon as their table is closed.
 */
export function boxesOpen(cycle: Calendar, at: Date): Date | undefined {
  const isAtOnce = !cycle.paper || cycle.paper.key === 'atOnce' || keyedFor(cycle, at) === 0;
  return isAtOnce ? undefined : voteOf(cycle, at)?.to;
}

/** Until when slips are keyed, in ISO 8601, for those who wait for the result; undefined before the close and once they are closed. */
export function keyingUntil(cycle: Calendar, at: Date): string | undefined {
  const [close, until] = [voteOf(cycle, at)?.to, slipsClose(cycle, at)];
  return close && until && close <= at && at < until ? until.toISOString() : undefined;
}

/** Whether a cycle's vote has opened and its ballot is frozen; false for null. */
export function isFrozen(cycle: CycleRecord | null): cycle is FrozenCycle {
  return cycle?.frozen !== undefined;
}

/** Whether a cycle's vote is open at a moment. */
export function isOpen(cycle: Calendar, at: Date): boolean {
  const vote = voteOf(cycle, at);
  return vote !== undefined && vote.from <= at && at < vote.to;
}

/** Whether a cycle's vote is open at a moment, or its slips are still keyed: who is on the roster decides which of them count. */
export function isUnsettled(cycle: Calendar, at: Date): boolean {
  return isOpen(cycle, at) || keyingUntil(cycle, at) !== undefined;
}

/** Whether any vote of a community is open at a moment, or its slips are still keyed. */
export async function isVoting(community: string, at: Date): Promise<boolean> {
  return (await votingIn(community, at)) !== undefined;
}

/** The id of the cycle whose vote is open at a moment, or whose slips are still keyed, as the database has it now, or in a session; undefined if there is none. */
export async function votingIn(community: string, at: Date, session?: mongo.ClientSession): Promise<string | undefined> {
  const cycles = await collection(Cycle)
    .find({ community }, { projection: CALENDAR_FIELDS, ...(session && { session }) })
    .toArray();
  return cycles.find((cycle) => isUnsettled(cycle, at))?._id;
}

/**
 * A vote of a community that has opened, and whose ledger is not sealed, as the database has it now. Until then, the residents who may vote in it
 * stay on the roster.
 */
export async function voteUnderWay(community: string, at: Date): Promise<{ from: Date; to: Date } | undefined> {
  const unsealed = await collection(Cycle)
    .find({ community, sealedAt: { $exists: false } }, { projection: CALENDAR_FIELDS })
    .toArray();
  return unsealed.flatMap((cycle) => voteOf(cycle, at) ?? []).find(({ from }) => from <= at);
}
