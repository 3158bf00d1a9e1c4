import { model, type mongo, Schema } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { marking } from '../../store/recordMark.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { subject } from '../act/index.ts';
import { findCycle, isOpen } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, AT_TABLE, checkRight, checkView } from '../people/index.ts';
import { dropsPictures, type KeptPicture, keepsPictures, type PictureOf, picturesOf } from '../pictures/index.ts';
import { type Hand, handOf, isAmong, twoHands } from './hands.ts';
import { reconcile, type TableCounts } from './reconcile.ts';
import { tellNamed } from './tellNamed.ts';

/** A table at which slips are handed out and in, from its opening to its closing on the same day. The number counts from 1 in a cycle. */
export interface TableRecord {
  _id: { cycle: string; number: number };
  community: string;
  /** Where it stands. */
  place: string;
  opened: { at: Date /** Blank slips, counted by two. */; received: number; by: Hand[] };
  /** Slips marked, those taken back included, and those marked now. */
  marked: number;
  marks: number;
  /** Everybody who opened it, marked there or closed it, by phone: they do not key its slips. */
  hands: string[];
  closed?: TableCounts & { at: Date; by: Hand[]; reason?: string };
  /** A supervisor's word after the closing; `incident` says what was not in order. */
  validated?: { at: Date; by: Hand; incident?: string };
  /** `markOfTable(…)`: the service wrote it. */
  mark: string;
}

const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, _id: false };
const number = { type: Number, required: true };
const date = { type: Date, required: true };
const schema = new Schema<TableRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, number }, { _id: false }), required: true },
    community: { type: String, required: true },
    place: { type: String, required: true },
    opened: { type: { at: date, received: number, by: [hand] }, required: true, _id: false },
    marked: number,
    marks: number,
    hands: { type: [String], required: true },
    closed: { type: { at: date, handedOut: number, spoiled: number, left: number, by: [hand], reason: String }, _id: false },
    validated: { type: { at: date, by: hand, incident: String }, _id: false },
    mark: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'tables' },
);
schema.index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true });

/** The tables of all cycles. */
export const Table = model<TableRecord>('Table', schema);

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

type NoTwo = 'noSecond' | 'samePerson';

/** The number of the table in its cycle. `tooMany`: one person opened more than anybody does in earnest. */
export type TableOpened = { readonly table: number } | { readonly refused: 'noCycle' | 'notVoting' | 'place' | 'count' | 'tooMany' | NoTwo };

const LONGEST_PLACE = 60;
const MOST_RECEIVED = 100_000;
/** Tables that one person opens in a cycle. */
const MOST_BY_ONE = 50;

/**
 * Opens a table while the vote is open: `received` blank slips were counted by two, of whom `other` is the second (`StaffMember.id`; on the server a name).
 * While these two have a table open at this place it is the same one: nobody sits at two. The second one is told by text (`tellNamed`). Rejects with `not-allowed` (`checkRight`).
 */
export function openTable(
  world: World,
  notify: Notify,
): (opening: { cycle: string; place: string; received: number; other: string; actor: Actor }) => Promise<TableOpened> {
  return async ({ cycle: id, place, received, other, actor }) => {
    const cycle = await findCycle(id);
    if (!cycle) return { refused: 'noCycle' };
    const { community } = cycle;
    const acting = checkRight(actor, 'openTable', community);
    const at = world.now();
    if (!isOpen(cycle, at)) return { refused: 'notVoting' };
    const where = [...cleanText(place)].slice(0, LONGEST_PLACE).join('');
    if (where === '') return { refused: 'place' };
    if (!isCount(received)) return { refused: 'count' };
    const two = await twoHands(world, community, actor, other, 'atTable');
    if ('refused' in two) return two;
    const hands = two.hands.map(({ phone }) => phone);
    return withLog(world)(community, async (session, write): Promise<TableOpened> => {
      const theirs = { '_id.cycle': id, place: where, closed: { $exists: false }, 'opened.by.phone': { $all: hands } };
      const same = await collection(Table).findOne(theirs, { session, projection: { _id: 1 } });
      if (same) return { table: same._id.number };
      const byOne = await collection(Table).countDocuments({ '_id.cycle': id, 'opened.by.0.phone': two.hands[0].phone }, { session });
      if (byOne >= MOST_BY_ONE) return { refused: 'tooMany' };
      const last = await collection(Table).findOne({ '_id.cycle': id }, { session, sort: { '_id.number': -1 }, projection: { _id: 1 } });
      const _id = { cycle: id, number: (last?._id.number ?? 0) + 1 };
      const opened = { at, received, by: [...two.hands] };
      const table = { _id, community, place: where, opened, marked: 0, marks: 0, hands };
      await collection(Table).insertOne({ ...table, mark: markOfTable(world.vault, table) }, { session });
      await write({ ...acting, subject: `${id}/table/${_id.number}`, detail: { after: { place: where, received, by: two.hands.map(nameOf) } } });
      await tellNamed(world, notify, { community, other, ...atTable(_id, actor) }, session);
      return { table: _id.number };
    });
  };
}

/** What is said to who is named as the second person at a table. */
export function atTable({ cycle, number }: TableRecord['_id'], { name: by }: Actor) {
  return { act: `${cycle}/table/${number}`, said: { key: 'notice.namedAtTable', params: { by, number } } };
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 0 && count <= MOST_RECEIVED;
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

export type TableClosed =
  | { readonly closed: true }
  | { readonly refused: 'noTable' | 'closed' | NoTwo }
  /** One of the counts is no number of slips. */
  | { readonly refused: 'count'; readonly count: keyof TableCounts }
  /** The numbers do not agree: that needs a reason. */
  | { readonly refused: 'reason'; readonly slips: number; readonly marks: number };

/**
 * Closes a table. The slips received should equal those handed out, spoiled and left, and those handed out should equal the marks; a difference
 * needs a reason. From then on nothing is marked there, and its slips may be keyed. The second person is told the counts by text. Rejects with `not-allowed` (`checkRight`).
 */
export function closeTable(
  world: World,
  notify: Notify,
): (closing: TableCounts & { cycle: string; table: number; other: string; reason?: string; actor: Actor }) => Promise<TableClosed> {
  return async ({ cycle, table: number, handedOut, spoiled, left, other, reason: said = '', actor }) => {
    const table = await collection(Table).findOne({ _id: { cycle, number } });
    if (!table) return { refused: 'noTable' };
    const { community } = table;
    const acting = checkRight(actor, 'closeTable', community);
    if (table.closed) return { refused: 'closed' };
    const counts = { handedOut, spoiled, left };
    const count = COUNTED.find((name) => !isCount(counts[name]));
    if (count) return { refused: 'count', count };
    const two = await twoHands(world, community, actor, other, 'atTable');
    if ('refused' in two) return two;
    const reason = cleanText(said);
    return withLog(world)(community, async (session, write): Promise<TableClosed> => {
      const now = await collection(Table).findOne({ _id: table._id }, { session });
      if (!now || now.closed) return { refused: 'closed' };
      const differences = reconcile(now.opened.received, now.marks, counts);
      if ((differences.slips !== 0 || differences.marks !== 0) && reason === '') return { refused: 'reason', ...differences };
      const closed = { at: world.now(), ...counts, by: [...two.hands], ...(reason && { reason }) };
      const hands = [...new Set([...now.hands, ...two.hands.map(({ phone }) => phone)])];
      await changeTable(world, now, { closed, hands }, session);
      const after = { received: now.opened.received, handedOut, spoiled, unused: left, marks: now.marks, by: two.hands.map(nameOf) };
      await write({ ...acting, subject: `${cycle}/table/${number}`, detail: { after, ...(reason && { reason }) } });
      const said = { key: 'notice.namedAtClosing', params: { by: actor.name, number, handedOut, marks: now.marks } };
      await tellNamed(world, notify, { community, other, act: `${cycle}/table/${number}/closed`, said }, session);
      return { closed: true };
    });
  };
}

const COUNTED = ['handedOut', 'spoiled', 'left'] as const satisfies readonly (keyof TableCounts)[];

export type TableValidated = { readonly validated: true } | { readonly refused: 'noTable' | 'open' | 'validated' | 'ownTable' };

/**
 * A supervisor's finding on a closed table: in order, or `incident` says what was not. Nobody who worked at the table can give it, in whatever
 * role. Rejects with `not-allowed` (`checkRight`).
 */
export function validateTable(world: World): (word: { cycle: string; table: number; incident?: string; actor: Actor }) => Promise<TableValidated> {
  return async ({ cycle, table: number, incident: said = '', actor }) => {
    const _id = { cycle, number };
    const table = await genuineTable(world, _id);
    if (!table) return { refused: 'noTable' };
    const acting = checkRight(actor, 'validateTable', table.community);
    if (!table.closed) return { refused: 'open' };
    const by = await handOf(world, actor);
    if (await isAmong(world, table.community, by, table.hands)) return { refused: 'ownTable' };
    const incident = cleanText(said);
    return withLog(world)(table.community, async (session, write): Promise<TableValidated> => {
      const validated = { at: world.now(), by, ...(incident && { incident }) };
      const now = await collection(Table).findOne({ _id }, { session });
      if (!now || now.validated) return { refused: 'validated' };
      await changeTable(world, now, { validated }, session);
      await write({
        ...acting,
        subject: `${cycle}/table/${number}`,
        detail: { after: { inOrder: incident === '' }, ...(incident && { reason: incident }) },
      });
      return { validated: true };
    });
  };
}

interface Of {
  readonly community: string;
  readonly cycle: string;
  readonly table: number;
}

/** The sheet that two people signed as they closed a table. It shows names, so only those who work with tables see its pictures. */
const sheet = {
  on: subject({
    path: '/tables/:number',
    find: (_, community, { cycle = '', number }, session) =>
      collection(Table).findOne({ _id: { cycle, number: Number(number) }, community }, { ...(session && { session }) }),
    name: ({ _id: { cycle, number } }: TableRecord) => `${cycle}/table/${number}`,
  }),
  of: ({ _id: { cycle, number }, community }: TableRecord) => ({ community, ...ofTable(cycle, number) }),
};
/** Until a supervisor has given their finding. */
export const keepTablePicture = keepsPictures({
  ...{ ...sheet, name: 'table.picture', may: AT_TABLE },
  isOpen: ({ closed, validated }) => closed !== undefined && !validated,
});
export const dropTablePicture = dropsPictures(sheet);

/** The pictures of a table's sheet, the oldest first, without their bytes. Rejects with `not-allowed` (`checkView`). */
export function readTablePictures({ community, cycle, table }: Of, actor: Actor): Promise<KeptPicture[]> {
  checkView(actor, 'table', community);
  return picturesOf(community, ofTable(cycle, table));
}

function ofTable(cycle: string, table: number): PictureOf {
  return { kind: 'table', id: `${cycle}/${table}` };
}
