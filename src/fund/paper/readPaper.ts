import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { maskNumbers } from '../../store/text.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { findCycle } from '../cycles/index.ts';
import { type Actor, checkView, maySee } from '../people/index.ts';
import { staffOf } from '../staff/index.ts';
import { agreed, Batch, type BatchRecord, differing, keyedIn } from './batch.ts';
import { Assist } from './castAssisted.ts';
import { handOf } from './hands.ts';
import { Mark, type MarkRecord } from './mark.ts';
import { hasSlips } from './newSlips.ts';
import { type Differences, reconcile } from './reconcile.ts';
import { OUTCOMES, type Outcome, Slip } from './slip.ts';
import { Table, type TableRecord } from './tables.ts';

/** A table as its staff read it. */
export interface ReadTable extends Pick<TableRecord, 'place' | 'marked' | 'marks'> {
  readonly number: number;
  readonly opened: { readonly at: Date; readonly received: number; readonly by: readonly string[] };
  readonly closed?: Omit<Required<TableRecord>['closed'], 'by'> & { readonly by: readonly string[] };
  readonly validated?: { readonly at: Date; readonly by: string; readonly incident?: string };
}

/** A cycle's tables, the newest first, for a person who works at one or keys. Rejects with `not-allowed` (`checkView`) and `unknown-cycle`. */
export async function readTables(cycle: string, actor: Actor): Promise<ReadTable[]> {
  const community = await communityOf(cycle);
  checkView(actor, maySee(actor, 'paper', community) ? 'paper' : 'table', community);
  const tables = await collection(Table)
    .find({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, limit: MOST_TABLES })
    .toArray();
  return tables.map(readTable);
}

/** More tables than any cycle has. */
const MOST_TABLES = 500;

function readTable({ _id, place, marked, marks, opened, closed, validated }: TableRecord): ReadTable {
  return {
    ...{ number: _id.number, place, marked, marks },
    opened: { ...opened, by: opened.by.map(({ name }) => name) },
    ...(closed && { closed: { ...closed, by: closed.by.map(({ name }) => name) } }),
    ...(validated && { validated: { ...validated, by: validated.by.name } }),
  };
}

async function communityOf(cycle: string): Promise<string> {
  const found = await findCycle(cycle);
  if (!found) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
  return found.community;
}

/** The last slips that were marked at a table, the newest first: which, when, and the id by which a mark is taken back; never whose. Rejects as `readTables`. */
export async function readMarks(
  cycle: string,
  table: number,
  limit: number,
  actor: Actor,
): Promise<(Pick<MarkRecord, 'number' | 'serial' | 'at' | 'heardAt'> & { readonly id: string; readonly isUndone: boolean })[]> {
  checkView(actor, 'table', await communityOf(cycle));
  const marks = await collection(Mark)
    .find({ '_id.cycle': cycle, table }, { sort: { number: -1 }, limit, projection: { person: 0, voter: 0 } })
    .toArray();
  return marks.map(({ _id, number, serial, at, heardAt, active }) => ({ id: _id.id, number, serial, at, heardAt, isUndone: !active }));
}

/** Those who may be the second person at a table or beside a voter: their roles' ids and names, each person once, without the one who asks. Rejects with `not-allowed`. */
export function readHelpers(world: World): (community: string, actor: Actor) => Promise<{ readonly id: string; readonly name: string }[]> {
  return async (community, actor) => {
    checkView(actor, 'table', community);
    const staff = await staffOf(world, community);
    const own = staff.find(({ id }) => id === actor.id)?.phone;
    const others = staff.filter(({ role, phone }) => role !== 'office' && role !== 'implementer' && phone !== own);
    const people = new Map(others.toReversed().map((member) => [member.phone, member]));
    return [...people.values()].toReversed().map(({ id, name }) => ({ id, name }));
  };
}

/** A batch as the people who key it see it: numbers, and one's own entries. */
export interface ReadBatch extends Pick<BatchRecord, 'table' | 'state' | 'at' | 'outcomes'> {
  readonly number: number;
  /** Who keyed it, and who accepted it. */
  readonly by: readonly string[];
  readonly acceptedBy: readonly string[];
  /** What one keyed oneself, in the order of keying. */
  readonly own?: readonly { readonly serial: string; readonly picks?: readonly number[]; readonly isAbsent: boolean }[];
  /** The serials that a third person has to look at and has not settled. */
  readonly differ: readonly string[];
  /** How many slips it has, once it is agreed. */
  readonly slips?: number;
}

/** One batch, for a person who keys or accepts it; null if there is none. Nobody sees here what another person keyed. Rejects with `not-allowed` (`checkView`). */
export function readBatch(world: World): (cycle: string, number: number, actor: Actor) => Promise<ReadBatch | null> {
  return async (cycle, number, actor) => {
    const batch = await collection(Batch).findOne({ _id: { cycle, number } }, { promoteBuffers: true });
    if (!batch) return null;
    checkView(actor, 'paper', batch.community);
    return seenBy(world, batch, (await handOf(world, actor)).phone);
  };
}

/** A cycle's batches, the newest first; those in some states. Rejects with `not-allowed` (`checkView`) and `unknown-cycle`. */
export function readBatches(
  world: World,
): (cycle: string, wanted: { table?: number; limit: number; after?: number }, actor: Actor) => Promise<ReadBatch[]> {
  return async (cycle, { table, limit, after }, actor) => {
    checkView(actor, 'paper', await communityOf(cycle));
    const which = { '_id.cycle': cycle, ...(table !== undefined && { table }), ...(after !== undefined && { '_id.number': { $lt: after } }) };
    const batches = await collection(Batch)
      .find(which, { sort: { '_id.number': -1 }, limit, promoteBuffers: true })
      .toArray();
    return batches.map((batch) => seenBy(world, batch, undefined));
  };
}

function seenBy({ vault }: World, batch: BatchRecord, phone: string | undefined): ReadBatch {
  const { _id, table, state, at, outcomes, keyed, accepted } = batch;
  const said = keyedIn(vault, batch);
  const own = said[keyed.findIndex(({ by }) => by.phone === phone)];
  const settled = new Set((said[2] ?? []).map(({ serial }) => serial));
  const isCompared = state !== 'first' && state !== 'second';
  const slips = isCompared ? agreed(said)?.length : undefined;
  return {
    ...{ number: _id.number, table, state, at },
    ...(outcomes && { outcomes }),
    by: keyed.map(({ by }) => by.name),
    acceptedBy: accepted.map(({ by }) => by.name),
    ...(own && { own: own.map(({ serial, picks, absent }) => ({ serial, ...(picks && { picks }), isAbsent: absent === true })) }),
    differ: isCompared ? differing(said).filter((serial) => !settled.has(serial)) : [],
    ...(slips !== undefined && { slips }),
  };
}

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
  const [tables, batches, assisted] = await Promise.all([
    forReaders(Table)
      .find({ '_id.cycle': cycle }, { sort: { '_id.number': 1 }, limit: MOST_TABLES })
      .toArray(),
    forReaders(Batch)
      .find({ '_id.cycle': cycle, state: 'accepted' }, { projection: { outcomes: 1 } })
      .toArray(),
    forReaders(Assist).countDocuments({ '_id.cycle': cycle }),
  ]);
  if (tables.length === 0 && assisted === 0) return undefined;
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const outcome of OUTCOMES) {
    const count = batches.reduce((sum, batch) => sum + (batch.outcomes?.[outcome] ?? 0), 0);
    if (count > 0) outcomes[outcome] = count;
  }
  const marks = tables.reduce((sum, table) => sum + table.marks, 0);
  const keyed = await forReaders(Slip).countDocuments({ cycle, outcome: { $in: MARKED } });
  return { tables: tables.map(publicTable), outcomes, missing: Math.max(0, marks - keyed), assisted };
}

/** A table that is open now: where it stands, and since when. */
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
  return tables.map(({ place, opened }) => ({ place, since: opened.at }));
}

const MARKED = ['counted', 'superseded', 'notOnRoll', 'unreadable', 'invalid', 'late'] as const;

function publicTable({ _id, place, opened, closed, marks, validated }: TableRecord): PublicPaper['tables'][number] {
  const { handedOut = null, spoiled = null, left = null, reason = null } = closed ?? {};
  const { received } = opened;
  const differences = closed ? reconcile(received, marks, closed) : null;
  const said = { reason: reason && maskNumbers(reason), incident: validated?.incident ? maskNumbers(validated.incident) : null };
  const isValidated = validated !== undefined && validated.incident === undefined;
  return { number: _id.number, place, day: opened.at, received, handedOut, spoiled, left, marks, differences, validated: isValidated, ...said };
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

/** How much of a cycle's paper waits. `isOver`: its vote has closed, so that no table is open any more. Rejects with `not-allowed` (`checkView`). */
export function waitingPaper(
  world: World,
): (cycle: { readonly cycle: string; readonly community: string; readonly isOver: boolean }, actor: Actor) => Promise<PaperWaits> {
  return async ({ cycle, community, isOver }, actor) => {
    checkView(actor, 'waiting', community);
    const before = isOver ? world.now() : new Date(world.now().getTime() - OPEN_MS);
    const [tables, batches, keyed] = await Promise.all([
      forReaders(Table)
        .find({ '_id.cycle': cycle }, { sort: { '_id.number': 1 }, limit: MOST_TABLES, projection: { opened: 1, closed: 1, validated: 1, marks: 1 } })
        .toArray(),
      forReaders(Batch)
        .find({ '_id.cycle': cycle, state: { $ne: 'accepted' } }, { sort: { '_id.number': 1 }, limit: MOST_BATCHES, projection: { at: 1 } })
        .toArray(),
      forReaders(Slip).countDocuments({ cycle, outcome: { $in: MARKED } }),
    ]);
    const closed = tables.filter((table) => table.closed);
    const left = closed.reduce((sum, { marks }) => sum + marks, 0) - keyed;
    return {
      openTables: waits(tables.filter((table) => !table.closed && table.opened.at <= before).map(({ _id, opened }) => ({ _id, at: opened.at }))),
      unvalidated: waits(closed.filter(({ validated }) => !validated).map(({ _id, closed: { at } = { at: before } }) => ({ _id, at }))),
      batches: waits(batches),
      notKeyed: { count: batches.length === 0 ? Math.max(0, left) : 0 },
    };
  };
}

/** Of slips that wait in more batches only so many are counted. */
const MOST_BATCHES = 1_000;

function waits(some: readonly { readonly _id: { readonly number: number }; readonly at: Date }[]): Waits {
  const [first] = some;
  return { count: some.length, ...(first && { since: first.at, first: first._id.number }) };
}

/** Helpers who entered more than three ballots beside their voters outside a table, for supervisors. Rejects with `not-allowed` (`checkView`) and `unknown-cycle`. */
export async function readManyAssists(cycle: string, actor: Actor): Promise<{ readonly name: string; readonly ballots: number }[]> {
  checkView(actor, 'logDetails', await communityOf(cycle));
  const many = await collection(Assist)
    .aggregate<{ name: string; ballots: number }>([
      { $match: { '_id.cycle': cycle, table: { $exists: false } } },
      { $group: { _id: '$helper.phone', name: { $last: '$helper.name' }, ballots: { $sum: 1 } } },
      { $match: { ballots: { $gt: MOST_ASSISTED } } },
      { $sort: { ballots: -1, _id: 1 } },
    ])
    .toArray();
  return many.map(({ name, ballots }) => ({ name, ballots }));
}

const MOST_ASSISTED = 3;
