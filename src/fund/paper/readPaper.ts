import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { cycleView } from '../cycles/index.ts';
import { SEES_NUMBERS, SEES_PEOPLE, SEES_TABLES, view } from '../people/index.ts';
import { staffActor, staffOf } from '../staff/index.ts';
import { acceptedNow, agreed, Batch, type BatchRecord, differing, keyedIn } from './batch.ts';
import { Assist } from './castInPerson.ts';
import { datedBack } from './datedBack.ts';
import { handOf, mayBeSecond, type Second } from './hands.ts';
import { Mark, type MarkRecord } from './mark.ts';
import { Slip } from './slip.ts';
import { MOST_TABLES, Table, type TableRecord } from './tables.ts';

/** A table as its staff read it. */
export interface ReadTable extends Pick<TableRecord, 'place' | 'marked' | 'marks'> {
  readonly number: number;
  readonly opened: { readonly at: Date; readonly received: number; readonly by: readonly string[] };
  readonly closed?: Omit<Required<TableRecord>['closed'], 'by'> & { readonly by: readonly string[] };
  readonly validated?: { readonly at: Date; readonly by: string; readonly incident?: string };
  /** Slips of which the service heard much later than they were handed in (`isDatedBack`). */
  readonly datedBack: number;
}

/** A cycle's tables, the newest first. Rejects with `unknown-cycle`. */
export const readTables = cycleView({
  name: 'table.list',
  may: SEES_TABLES,
  query: async (reading, cycle): Promise<ReadTable[]> => {
    return tablesOf(cycle);
  },
});

/** The closed tables of a cycle, whose slips a person keys; the newest first. Rejects with `unknown-cycle`. */
export const readTablesToKey = cycleView({
  name: 'batch.tables',
  may: SEES_NUMBERS,
  query: async (reading, cycle): Promise<ReadTable[]> => {
    return (await tablesOf(cycle)).filter(({ closed }) => closed);
  },
});

async function tablesOf(cycle: string): Promise<ReadTable[]> {
  const [tables, back] = await Promise.all([
    collection(Table)
      .find({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, limit: MOST_TABLES })
      .toArray(),
    datedBack(cycle),
  ]);
  return tables.map((table) => readTable(table, back));
}

/** One table, as `readTables` gives it; undefined if there is none with this number. Rejects as `readTables`. */
export const readOneTable = cycleView({
  name: 'table.one',
  may: SEES_TABLES,
  query: async (reading, cycle: string, number: number): Promise<ReadTable | undefined> => {
    const [table, back] = await Promise.all([collection(Table).findOne({ _id: { cycle, number } }), datedBack(cycle, number)]);
    return table ? readTable(table, back) : undefined;
  },
});

function readTable({ _id, place, marked, marks, opened, closed, validated }: TableRecord, back: ReadonlyMap<number, number>): ReadTable {
  return {
    ...{ number: _id.number, place, marked, marks, datedBack: back.get(_id.number) ?? 0 },
    opened: { ...opened, by: opened.by.map(({ name }) => name) },
    ...(closed && { closed: { ...closed, by: closed.by.map(({ name }) => name) } }),
    ...(validated && { validated: { ...validated, by: validated.by.name } }),
  };
}

/**
 * The last slips that were marked at a table, the newest first: which, when, the id by which a mark is taken back, and whether the one who asks made it; never
 * whose. Rejects as `readTables`.
 */
export const readMarks = cycleView({
  name: 'table.marks',
  may: SEES_TABLES,
  query: async (
    { world, actor },
    cycle,
    table: number,
    limit: number,
  ): Promise<
    (Pick<MarkRecord, 'number' | 'serial' | 'at' | 'heardAt'> & { readonly id: string; readonly isUndone: boolean; readonly isOwn: boolean })[]
  > => {
    const { phone: own } = await handOf(world, actor);
    const marks = await collection(Mark)
      .find({ '_id.cycle': cycle, table }, { sort: { number: -1 }, limit, projection: { person: 0, voter: 0 } })
      .toArray();
    return marks.map(({ _id, number, serial, at, heardAt, active, by }) => {
      const isOwn = by.some(({ phone }) => phone === own);
      return { id: _id.id, number, serial, at, heardAt, isUndone: !active, isOwn };
    });
  },
});

/** Those who may be the second person: their roles' ids and names, each person once, without the one who asks. */
export const readHelpers = view({
  name: 'table.helpers',
  may: SEES_TABLES,
  query: async ({ world, community, actor }, as: Second): Promise<{ readonly id: string; readonly name: string }[]> => {
    const staff = await staffOf(world, community);
    const own = staff.find(({ id }) => id === actor.id)?.phone;
    const others = staff.filter((member) => {
      const them = staffActor(member, community);
      return member.phone !== own && them && mayBeSecond(them, community, as);
    });
    const people = new Map(others.toReversed().map((member) => [member.phone, member]));
    return [...people.values()].toReversed().map(({ id, name }) => ({ id, name }));
  },
});

/** A batch as the people who key it see it: numbers, and one's own entries. */
export interface ReadBatch extends Pick<BatchRecord, 'table' | 'state' | 'at' | 'outcomes'> {
  readonly number: number;
  /** Who keyed it, and who accepted it. */
  readonly by: readonly string[];
  readonly acceptedBy: readonly string[];
  /** One accepted it oneself, and it waits for another person. */
  readonly hasAccepted: boolean;
  /** What one keyed oneself, in the order of keying. */
  readonly own?: readonly { readonly serial: string; readonly picks?: readonly number[]; readonly isAbsent: boolean }[];
  /** The serials that a third person has to look at and has not settled. */
  readonly differ: readonly string[];
  /** How many slips it has, once it is agreed. */
  readonly slips?: number;
  /** How many of its table were dated back (`ReadTable.datedBack`). */
  readonly datedBack: number;
}

/** One batch, for a person who keys or accepts it; null if there is none. Nobody sees here what another person keyed. */
export const readBatch = view({
  name: 'batch.one',
  may: SEES_NUMBERS,
  query: async ({ world, community, actor }, cycle: string, number: number): Promise<ReadBatch | null> => {
    const batch = await collection(Batch).findOne({ _id: { cycle, number }, community }, { promoteBuffers: true });
    if (!batch) return null;
    const back = await datedBack(cycle, batch.table);
    return seenBy(world, batch, back, (await handOf(world, actor)).phone);
  },
});

/** A cycle's batches, the newest first; those in some states. Rejects with `unknown-cycle`. */
export const readBatches = cycleView({
  name: 'batch.list',
  may: SEES_NUMBERS,
  query: async (reading, cycle: string, { table, limit, after }: { table?: number; limit: number; after?: number }): Promise<ReadBatch[]> => {
    const { world } = reading;
    const which = { '_id.cycle': cycle, ...(table !== undefined && { table }), ...(after !== undefined && { '_id.number': { $lt: after } }) };
    const [batches, back] = await Promise.all([
      collection(Batch)
        .find(which, { sort: { '_id.number': -1 }, limit, promoteBuffers: true })
        .toArray(),
      datedBack(cycle, table),
    ]);
    return batches.map((batch) => seenBy(world, batch, back, undefined));
  },
});

function seenBy({ vault, now }: World, batch: BatchRecord, back: ReadonlyMap<number, number>, phone: string | undefined): ReadBatch {
  const { _id, table, state, at, outcomes, keyed, accepted } = batch;
  const said = keyedIn(vault, batch) ?? [];
  const own = said[keyed.findIndex(({ by }) => by.phone === phone)];
  const settled = new Set((said[2] ?? []).map(({ serial }) => serial));
  const isCompared = state !== 'first' && state !== 'second';
  const slips = isCompared ? agreed(said)?.length : undefined;
  return {
    ...{ number: _id.number, table, state, at, datedBack: back.get(table) ?? 0 },
    ...(outcomes && { outcomes }),
    by: keyed.map(({ by }) => by.name),
    acceptedBy: accepted.map(({ by }) => by.name),
    hasAccepted: acceptedNow(batch, now()).some(({ by }) => by.phone === phone),
    ...(own && { own: own.map(({ serial, picks, absent }) => ({ serial, ...(picks && { picks }), isAbsent: absent === true })) }),
    differ: isCompared ? differing(said).filter((serial) => !settled.has(serial)) : [],
    ...(slips !== undefined && { slips }),
  };
}

/** Somebody who entered ballots beside their voters; `atTables`: so many of them, as they say themselves, at a table that was open. */
export interface ManyAssists {
  readonly name: string;
  readonly ballots: number;
  readonly atTables: number;
}

/** Those who entered more than three, for supervisors. Rejects with `unknown-cycle`. */
export const readManyAssists = cycleView({
  name: 'assist.many',
  may: SEES_PEOPLE,
  query: async (reading, cycle): Promise<ManyAssists[]> => {
    const many = await collection(Assist)
      .aggregate<ManyAssists>([
        { $match: { '_id.cycle': cycle } },
        { $group: { _id: '$helper.phone', name: { $last: '$helper.name' }, ballots: { $sum: 1 }, atTables: { $sum: { $cond: ['$table', 1, 0] } } } },
        { $match: { ballots: { $gt: MOST_ASSISTED } } },
        { $sort: { ballots: -1, _id: 1 } },
      ])
      .toArray();
    return many.map(({ name, ballots, atTables }) => ({ name, ballots, atTables }));
  },
});

const MOST_ASSISTED = 3;

const ODD = ['unmarked', 'unreadable', 'invalid'] as const;

/** The serials of slips with which something is not in order. It never says whose a slip is, or whether its person voted again. */
export interface OddSlips {
  /** In accepted batches, and counted in no result. */
  readonly uncounted: readonly { readonly serial: string; readonly batch: number; readonly outcome: (typeof ODD)[number] }[];
  /** Handed in at a table that is closed, and in no accepted batch: not keyed yet, or not in the box. */
  readonly notKeyed: readonly { readonly serial: string; readonly table: number }[];
}

/** At most `limit` of each, for a person who keys. */
export const readOddSlips = cycleView({
  name: 'slip.odd',
  may: SEES_NUMBERS,
  query: async (reading, cycle: string, limit: number): Promise<OddSlips> => {
    const [uncounted, notKeyed] = await Promise.all([
      forReaders(Slip)
        .find({ cycle, outcome: { $in: [...ODD] } }, { projection: { batch: 1, outcome: 1 }, sort: { outcome: 1, _id: 1 }, limit })
        .toArray(),
      notKeyedOf(cycle, limit),
    ]);
    return {
      uncounted: uncounted.flatMap(({ _id, batch = 0, outcome }) =>
        ODD.flatMap((odd) => (odd === outcome ? { serial: _id, batch, outcome: odd } : [])),
      ),
      notKeyed,
    };
  },
});

async function notKeyedOf(cycle: string, limit: number): Promise<OddSlips['notKeyed']> {
  const closed = await forReaders(Table)
    .find({ '_id.cycle': cycle, 'closed.at': { $exists: true } }, { projection: { marks: 1 }, sort: { '_id.number': 1 } })
    .toArray();
  const tables = closed.filter(({ marks }) => marks > 0).map(({ _id }) => _id.number);
  if (tables.length === 0) return [];
  return forReaders(Mark)
    .aggregate<{ serial: string; table: number }>([
      { $match: { '_id.cycle': cycle, table: { $in: tables }, active: true } },
      { $sort: { table: 1, number: -1 } },
      { $lookup: { from: Slip.collection.name, localField: 'serial', foreignField: '_id', as: 'slip' } },
      { $match: { 'slip.outcome': { $exists: false } } },
      { $limit: limit },
      { $project: { _id: 0, serial: 1, table: 1 } },
    ])
    .toArray();
}
