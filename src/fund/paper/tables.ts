import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { marking } from '../../store/recordMark.ts';
import { index, optional, type RecordOf, records } from '../../store/records.ts';
import type { World } from '../../store/world.ts';
import { act, count, done, line, lines, refuse, subject } from '../act/index.ts';
import { cycleAt, isOpen } from '../cycles/index.ts';
import { type Actor, AT_TABLE, SEES_TABLES, view } from '../people/index.ts';
import { dropsPictures, type KeptPicture, keepsPictures, type PictureOf, picturesOf } from '../pictures/index.ts';
import { type Hand, hand, handOf, isAmong, twoHands } from './hands.ts';
import { reconcile } from './reconcile.ts';
import { tellNamed } from './tellNamed.ts';

/** A table at which slips are handed out and in, from its opening to its closing on the same day. The number counts from 1 in a cycle. */
export const Table = records(
  'tables',
  {
    _id: { cycle: String, number: Number },
    community: String,
    /** Where it stands. */
    place: String,
    /** `received`: blank slips, counted by two. */
    opened: { at: Date, received: Number, by: [hand] },
    /** Slips marked, those taken back included, and those marked now. */
    marked: Number,
    marks: Number,
    /** Everybody who opened it, marked there or closed it, by phone: they do not key its slips. */
    hands: [String],
    /** Its `TableCounts`. */
    closed: optional({ handedOut: Number, spoiled: Number, left: Number, at: Date, by: [hand], reason: optional(String) }),
    /** A supervisor's word after the closing; `incident` says what was not in order. */
    validated: optional({ at: Date, by: hand, incident: optional(String) }),
    /** `markOfTable(…)`: the service wrote it. */
    mark: String,
  },
  [index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true })],
);
export type TableRecord = RecordOf<typeof Table>;

/** The mark of a table as it is. While it is open it is not of how many were marked: that changes with every slip. */
export const [markOfTable, isGenuineTable] = marking('tables', ({ marked, marks, ...table }: Omit<TableRecord, 'mark'>) => ({
  ...table,
  ...(table.closed && { marked, marks }),
}));

/** A table; null if there is none that the service wrote. */
export async function genuineTable({ vault }: World, _id: TableRecord['_id']): Promise<TableRecord | null> {
  const table = await collection(Table).findOne({ _id });
  return table && isGenuineTable(vault, table) ? table : null;
}

/** Changes a table that was read in this session. One that was changed past the service keeps its wrong mark. */
async function changeTable({ vault }: World, table: TableRecord, change: Partial<TableRecord>, session: mongo.ClientSession): Promise<void> {
  const mark = isGenuineTable(vault, table) ? markOfTable(vault, { ...table, ...change }) : table.mark;
  await collection(Table).updateOne({ _id: table._id }, { $set: { ...change, mark } }, { session });
}

/** Notes who worked at a table that was read in this session. */
export async function noteHands(world: World, table: TableRecord, by: readonly Hand[], session: mongo.ClientSession): Promise<void> {
  const hands = [...new Set([...table.hands, ...by.map(({ phone }) => phone)])];
  if (hands.length > table.hands.length) await changeTable(world, table, { hands }, session);
}

/** More tables than any cycle has. */
export const MOST_TABLES = 500;

const LONGEST_PLACE = 60;
const LONGEST_REASON = 300;
const MOST_RECEIVED = 100_000;
/** Tables that one person opens in a cycle. */
const MOST_BY_ONE = 50;

/** The id of a role (`StaffMember.id`), or on the server a name: the second person beside who acts. */
export const secondPerson = () => line(200).optional();
/** What `twoHands` refuses. */
export const TWO_HANDS = { noSecond: 'other', samePerson: 'other' } as const;

/**
 * Opens a table while the vote is open: `received` blank slips were counted by two, of whom `other` is the second. While these two have a table open at this
 * place it is the same one: nobody sits at two. The second one is told by text (`tellNamed`). Gives its number in the cycle.
 */
export const openTable = act({
  name: 'table.open',
  may: AT_TABLE,
  on: cycleAt('/tables'),
  input: z.strictObject({ place: line(LONGEST_PLACE), received: count(MOST_RECEIVED), other: secondPerson() }),
  /** `tooMany`: one person opened more than anybody does in earnest. */
  refusals: { notVoting: null, tooMany: null, ...TWO_HANDS },
  async run({ world, session, on: cycle, input: { place, received, other }, actor, notify }) {
    const { _id: id, community } = cycle;
    const at = world.now();
    if (!isOpen(cycle, at)) return refuse('notVoting');
    const two = await twoHands(world, community, actor, other, 'atTable');
    if ('refused' in two) return two;
    const hands = two.hands.map(({ phone }) => phone);
    const theirs = { '_id.cycle': id, place, closed: { $exists: false }, 'opened.by.phone': { $all: hands } };
    const same = await collection(Table).findOne(theirs, { session, projection: { _id: 1 } });
    if (same) return done({ table: same._id.number });
    const byOne = await collection(Table).countDocuments({ '_id.cycle': id, 'opened.by.0.phone': two.hands[0].phone }, { session });
    if (byOne >= MOST_BY_ONE) return refuse('tooMany');
    const last = await collection(Table).findOne({ '_id.cycle': id }, { session, sort: { '_id.number': -1 }, projection: { _id: 1 } });
    const _id = { cycle: id, number: (last?._id.number ?? 0) + 1 };
    const opened = { at, received, by: [...two.hands] };
    const table = { _id, community, place, opened, marked: 0, marks: 0, hands };
    await collection(Table).insertOne({ ...table, mark: markOfTable(world.vault, table) }, { session });
    await tellNamed(world, notify, { community, other, ...atTable(_id, actor) });
    return done({ table: _id.number }, { subject: tableSubject(_id), after: { place, received, by: two.hands.map(nameOf) } });
  },
});

/** What is said to who is named as the second person at a table. */
export function atTable(_id: TableRecord['_id'], { name: by }: Actor) {
  return { act: tableSubject(_id), said: { key: 'notice.namedAtTable', params: { by, number: _id.number } } };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** What the log calls a table. */
export function tableSubject({ cycle, number }: TableRecord['_id']): string {
  return `${cycle}/table/${number}`;
}

/** A table, as it is worked with; its cycle is the one that runs. */
export const onTable = subject({
  path: '/tables/:number',
  find: (_, community, { cycle = '', number }, session) =>
    collection(Table).findOne({ _id: { cycle, number: Number(number) }, community }, { ...(session && { session }) }),
  name: ({ _id }: TableRecord) => tableSubject(_id),
});

/**
 * Closes a table. The slips received should equal those handed out, spoiled and left, and those handed out should equal the marks; a difference needs a reason.
 * From then on nothing is marked there, and its slips may be keyed. Who never worked there closes it only as a cadre. The second person is told the counts by text.
 */
export const closeTable = act({
  name: 'table.close',
  may: AT_TABLE,
  on: onTable,
  input: z.strictObject({
    ...{ handedOut: count(MOST_RECEIVED), spoiled: count(MOST_RECEIVED), left: count(MOST_RECEIVED) },
    ...{ reason: lines(LONGEST_REASON).optional(), other: secondPerson() },
  }),
  /** `reason`: the numbers do not agree, which it is about. `notHere`: a helper who never worked at it. */
  refusals: { closed: null, notHere: null, reason: 'reason', ...TWO_HANDS },
  async run({ world, session, on: table, input: { reason, other, ...counts }, actor, notify }) {
    const { _id, community, opened, marks } = table;
    if (table.closed) return refuse('closed');
    const two = await twoHands(world, community, actor, other, 'atTable');
    if ('refused' in two) return two;
    const isTheirs = actor.kind !== 'staff' || actor.role === 'cadre' || (await isAmong(world, community, two.hands[0], table.hands));
    if (!isTheirs) return refuse('notHere');
    const { slips, marks: differ } = reconcile(opened.received, marks, counts);
    if ((slips !== 0 || differ !== 0) && reason === undefined) return refuse('reason', { slips: [slips], marks: [differ] });
    const closed = { at: world.now(), ...counts, by: [...two.hands], ...(reason !== undefined && { reason }) };
    const hands = [...new Set([...table.hands, ...two.hands.map(({ phone }) => phone)])];
    await changeTable(world, table, { closed, hands }, session);
    const { handedOut, spoiled, left: unused } = counts;
    const said = { key: 'notice.namedAtClosing', params: { by: actor.name, number: _id.number, handedOut, marks } };
    await tellNamed(world, notify, { community, other, act: `${tableSubject(_id)}/closed`, said });
    return done({ closed: true }, { after: { received: opened.received, handedOut, spoiled, unused, marks, by: two.hands.map(nameOf) }, reason });
  },
});

/** A supervisor's finding on a closed table: in order, or `incident` says what was not. Nobody who worked at the table can give it, in whatever role. */
export const validateTable = act({
  name: 'table.validate',
  may: ['staff supervisor'],
  on: onTable,
  input: z.strictObject({ incident: lines(LONGEST_REASON).optional() }),
  refusals: { noTable: null, open: null, validated: null, ownTable: null },
  async run({ world, session, on: table, input: { incident }, actor }) {
    if (!isGenuineTable(world.vault, table)) return refuse('noTable');
    if (!table.closed) return refuse('open');
    const by = await handOf(world, actor);
    if (await isAmong(world, table.community, by, table.hands)) return refuse('ownTable');
    if (table.validated) return refuse('validated');
    await changeTable(world, table, { validated: { at: world.now(), by, ...(incident !== undefined && { incident }) } }, session);
    return done({ validated: true }, { after: { inOrder: incident === undefined }, reason: incident });
  },
});

interface Of {
  readonly community: string;
  readonly cycle: string;
  readonly table: number;
}

/** The sheet that two people signed as they closed a table. It shows names, so only those who work with tables see its pictures. */
const sheet = {
  on: onTable,
  of: ({ _id: { cycle, number }, community }: TableRecord) => ({ community, ...ofTable(cycle, number) }),
};
/** Until a supervisor has given their finding. */
export const keepTablePicture = keepsPictures({
  ...{ ...sheet, name: 'table.picture', may: AT_TABLE },
  isOpen: ({ closed, validated }) => closed !== undefined && !validated,
});
export const dropTablePicture = dropsPictures(sheet);

/** The pictures of a table's sheet, the oldest first, without their bytes. */
export const readTablePictures = view({
  name: 'table.pictures',
  may: SEES_TABLES,
  query: async ({ community }, { cycle, table }: Omit<Of, 'community'>): Promise<KeptPicture[]> => {
    return picturesOf(community, ofTable(cycle, table));
  },
});

function ofTable(cycle: string, table: number): PictureOf {
  return { kind: 'table', id: `${cycle}/${table}` };
}
