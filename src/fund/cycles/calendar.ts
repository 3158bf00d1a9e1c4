import { collection } from '../../store/collection.ts';
import { sha256 } from '../../store/crypto.ts';
import { Cycle, type CycleRecord, type Move, STAGES, type Stage } from './cycle.ts';

/** A cycle's dates: the dates of its file, and what was changed by hand since. */
export type Calendar = Pick<CycleRecord, 'stages' | 'moves'>;

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
 * The stages of a cycle in order of time, without gaps, with every change by hand applied (docs/contract.md: The vote). A stage that was set by hand
 * holds until the next date that leads to a later stage; stages that were passed over do not appear. An extension puts off the close, and with it
 * every stage that would have begun before.
 */
export function periods({ stages, moves }: Calendar): Period[] {
  const beginnings = [...moves].sort((a, b) => a.at.getTime() - b.at.getTime()).reduce<readonly Beginning[]>(applied, stages);
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

function isLater(a: Stage, b: Stage): boolean {
  return STAGES.indexOf(a) > STAGES.indexOf(b);
}

/** A mark of a cycle's calendar as it is: another one as soon as anything in it is changed, by hand or by a file. */
export function calendarMark({ stages, moves }: Calendar): string {
  return sha256(JSON.stringify([stages.map(({ stage, from }) => [stage, from]), moves.map(({ kind, stage, from }) => [kind, stage, from])])).slice(
    0,
    16,
  );
}

/** The stage that a cycle is in at a moment; undefined before its first stage. */
export function stageAt(cycle: Calendar, at: Date): Stage | undefined {
  return periods(cycle).findLast(({ from }) => from <= at)?.stage;
}

/**
 * When a cycle votes: ballots count if they were received from `from` on and before `to`, the close. Undefined if the cycle has no vote, or was moved
 * past it. If the vote was opened twice (before any ballot was cast), this is the last time.
 */
export function voteOf(cycle: Calendar): { from: Date; to: Date } | undefined {
  const vote = periods(cycle).findLast(({ stage }) => stage === 'vote');
  return vote?.to && { from: vote.from, to: vote.to };
}

/** Whether a cycle's vote is open at a moment. */
export function isOpen(cycle: Calendar, at: Date): boolean {
  const vote = voteOf(cycle);
  return vote !== undefined && vote.from <= at && at < vote.to;
}

/** Whether any vote of a community is open at a moment. */
export async function isVoting(community: string, at: Date): Promise<boolean> {
  const cycles = await collection(Cycle)
    .find({ community }, { projection: { stages: 1, moves: 1 } })
    .toArray();
  return cycles.some((cycle) => isOpen(cycle, at));
}

/**
 * A vote of a community that has opened, and whose ledger is not sealed, as the database has it now. Until then, the residents who may vote in it
 * stay on the roster.
 */
export async function voteUnderWay(community: string, at: Date): Promise<{ from: Date; to: Date } | undefined> {
  const unsealed = await collection(Cycle)
    .find({ community, sealedAt: { $exists: false } }, { projection: { stages: 1, moves: 1 } })
    .toArray();
  return unsealed.flatMap((cycle) => voteOf(cycle) ?? []).find(({ from }) => from <= at);
}
