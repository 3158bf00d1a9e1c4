import { forReaders } from '../../store/connect.ts';
import { batchedQuery } from '../../store/lookUps.ts';
import { maskNumbers } from '../../store/text.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { cycleView } from '../cycles/index.ts';
import { SEES_NUMBERS } from '../people/index.ts';
import { Batch, type BatchRecord } from './batch.ts';
import { Assist } from './castInPerson.ts';
import { datedBack } from './datedBack.ts';
import { type Differences, reconcile } from './reconcile.ts';
import { hasSlips, OUTCOMES, type Outcome, Slip, type SlipRecord } from './slip.ts';
import { MOST_TABLES, Table, type TableRecord } from './tables.ts';

/** What is public of the paper of a cycle once its vote has closed: each table's numbers, and what became of the slips. In what staff wrote, numbers are masked. */
export interface PublicPaper {
  readonly tables: readonly {
    readonly number: number;
    readonly place: string;
    readonly day: Date;
    readonly received: number;
    readonly handedOut: number | null;
    readonly spoiled: number | null;
    readonly left: number | null;
    readonly marks: number;
    /** Those of which the service heard ten minutes or more after they were handed in: a device had no connection, or somebody dated them back. */
    readonly datedBack: number;
    /** What does not agree, once the table is closed. */
    readonly differences: Differences | null;
    readonly reason: string | null;
    readonly validated: boolean;
    readonly incident: string | null;
  }[];
  /** How many keyed slips became what (`Outcome`). */
  readonly outcomes: Required<BatchRecord>['outcomes'];
  /** Slips that were handed in and are in no accepted batch. */
  readonly missing: number;
  /** Ballots that somebody entered beside their voter. */
  readonly assisted: number;
}

/** What is public of a cycle's paper; undefined if there was none. To be shown after the close only. */
export async function publicPaper(cycle: string): Promise<PublicPaper | undefined> {
  const [tables, batches, assisted, back] = await Promise.all([
    forReaders(Table)
      .find({ '_id.cycle': cycle }, { sort: { '_id.number': 1 }, limit: MOST_TABLES })
      .toArray(),
    forReaders(Batch)
      .find({ '_id.cycle': cycle, state: 'accepted' }, { projection: { outcomes: 1 } })
      .toArray(),
    forReaders(Assist).countDocuments({ '_id.cycle': cycle }),
    datedBack(cycle),
  ]);
  if (tables.length === 0 && assisted === 0) return undefined;
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const outcome of OUTCOMES) {
    const count = batches.reduce((sum, batch) => sum + (batch.outcomes?.[outcome] ?? 0), 0);
    if (count > 0) outcomes[outcome] = count;
  }
  const marks = tables.reduce((sum, table) => sum + table.marks, 0);
  const keyed = await forReaders(Slip).countDocuments({ cycle, outcome: { $in: MARKED } });
  return { tables: tables.map((table) => publicTable(table, back)), outcomes, missing: Math.max(0, marks - keyed), assisted };
}

/** A table that is open now: where it stands (numbers are masked), and since when. */
export type OpenTable = Pick<TableRecord, 'place'> & { readonly since: Date };

/** The tables of a cycle that are open, to be shown to everybody; undefined if it takes no votes on paper. One that nobody closed in the evening is no longer there. */
export async function openTables({ now }: Pick<World, 'now'>, cycle: string): Promise<OpenTable[] | undefined> {
  if (!(await hasSlips(cycle))) return undefined;
  const since = new Date(now().getTime() - OPEN_MS);
  const tables = await forReaders(Table)
    .find(
      { '_id.cycle': cycle, closed: { $exists: false }, 'opened.at': { $gt: since } },
      { sort: { '_id.number': 1 }, limit: MOST_TABLES, projection: { place: 1, opened: 1 } },
    )
    .toArray();
  return tables.map(({ place, opened }) => ({ place: maskNumbers(place), since: opened.at }));
}

const MARKED = ['counted', 'superseded', 'notOnRoll', 'unreadable', 'invalid', 'late'] as const;

function publicTable(
  { _id, place, opened, closed, marks, validated }: TableRecord,
  back: ReadonlyMap<number, number>,
): PublicPaper['tables'][number] {
  const { handedOut = null, spoiled = null, left = null, reason = null } = closed ?? {};
  const { received } = opened;
  const differences = closed ? reconcile(received, marks, closed) : null;
  const said = { reason: reason && maskNumbers(reason), incident: validated?.incident ? maskNumbers(validated.incident) : null };
  const isValidated = validated !== undefined && validated.incident === undefined;
  return {
    number: _id.number,
    place: maskNumbers(place),
    day: opened.at,
    received,
    handedOut,
    spoiled,
    left,
    marks,
    datedBack: back.get(_id.number) ?? 0,
    differences,
    validated: isValidated,
    ...said,
  };
}

interface Waits {
  readonly count: number;
  readonly since?: Date;
  /** The number of the first. */
  readonly first?: number;
}

/** What of a cycle's paper is not finished. */
export interface PaperWaits {
  /** Tables that were opened so long ago that they should be closed. */
  readonly openTables: Waits;
  /** Closed tables without a supervisor's word. */
  readonly unvalidated: Waits;
  /** Batches that are not accepted. */
  readonly batches: Waits;
  /** Slips that were handed in at closed tables and are in no batch; 0 while some batch waits, as they may be in it. */
  readonly notKeyed: Waits;
}

/** A table is closed on the day on which it was opened. */
const OPEN_MS = 16 * HOUR_MS;

/** How much of a cycle's paper waits. `isOver`: its vote has closed, so that no table is open any more. */
export const waitingPaper = cycleView({
  name: 'paper.waiting',
  may: SEES_NUMBERS,
  query: async ({ world }, cycle, { isOver }: { readonly isOver: boolean }): Promise<PaperWaits> => {
    const before = isOver ? world.now() : new Date(world.now().getTime() - OPEN_MS);
    const [tables, batches, keyed] = await Promise.all([
      tablesBy(world, [
        { $match: { '_id.cycle': cycle } },
        { $sort: { '_id.number': 1 } },
        { $limit: MOST_TABLES },
        { $project: { opened: 1, closed: 1, validated: 1, marks: 1 } },
      ]),
      batchesBy(world, [
        { $match: { '_id.cycle': cycle, state: { $ne: 'accepted' } } },
        { $sort: { '_id.number': 1 } },
        { $limit: MOST_BATCHES },
        { $project: { at: 1 } },
      ]),
      countsBy(world, [{ $match: { cycle, outcome: { $in: MARKED } } }, { $count: 'count' }]),
    ]);
    const closed = tables.filter((table) => table.closed);
    const left = closed.reduce((sum, { marks }) => sum + marks, 0) - (keyed[0]?.count ?? 0);
    return {
      openTables: waits(tables.filter((table) => !table.closed && table.opened.at <= before).map(({ _id, opened }) => ({ _id, at: opened.at }))),
      unvalidated: waits(closed.filter(({ validated }) => !validated).map(({ _id, closed: { at } = { at: before } }) => ({ _id, at }))),
      batches: waits(batches),
      notKeyed: { count: batches.length === 0 ? Math.max(0, left) : 0 },
    };
  },
});

const tablesBy = batchedQuery(Table);
const batchesBy = batchedQuery(Batch);
const countsBy = batchedQuery<SlipRecord, { readonly count: number }>(Slip);

/** If more batches wait, only so many are counted. */
const MOST_BATCHES = 1_000;

function waits(some: readonly { readonly _id: { readonly number: number }; readonly at: Date }[]): Waits {
  const [first] = some;
  return { count: some.length, ...(first && { since: first.at, first: first._id.number }) };
}
