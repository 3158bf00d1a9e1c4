import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { numbered } from '../../store/databaseErrors.ts';
import type { World } from '../../store/world.ts';
import { act, done, refuse } from '../act/index.ts';
import { ballotOf, refusePicks } from '../ballots/index.ts';
import { boxesOpen, cycleById, isFrozen, isGenuine, slipsClose } from '../cycles/index.ts';
import { type Actor, checkRight, KEYING, serialIn } from '../people/index.ts';
import {
  agreed,
  Batch,
  type BatchRecord,
  type BatchState,
  differing,
  encryptedKeyed,
  type KeyedSlip,
  keyedIn,
  markOfBatch,
  onBatch,
} from './batch.ts';
import { handOf, isAmong } from './hands.ts';
import { Mark } from './mark.ts';
import { Slip } from './slip.ts';
import { genuineTable } from './tables.ts';

/** Slips in a batch. */
export const MOST_IN_BATCH = 25;

export type BatchOpened =
  | { readonly batch: number }
  /** `open`: the table is not closed yet. `ownTable`: who worked there does not key its slips. */
  | { readonly refused: 'noTable' | 'open' | 'ownTable' | NotNow };

/** `early`: the boxes stay shut until the close (`boxesOpen`), and while somebody changed the dates past the service. `late`: the slips are closed (`slipsClose`). */
export type NotNow = 'early' | 'late';

/**
 * Opens a new batch for slips of a closed table; its number is written on the cover. One that the same person opened, and of which nothing is keyed, is the
 * same. Rejects with `not-allowed` (`checkRight`).
 */
export async function openBatch(world: World, { cycle, table: number, actor }: { cycle: string; table: number; actor: Actor }): Promise<BatchOpened> {
  const table = await genuineTable(world, { cycle, number });
  if (!table) return { refused: 'noTable' };
  checkRight(actor, finishKeying, table.community);
  if (!table.closed) return { refused: 'open' };
  const by = await handOf(world, actor);
  if (await isAmong(world, table.community, by, table.hands)) return { refused: 'ownTable' };
  const notNow = await whyNotNow(world, cycle);
  if (notNow) return { refused: notNow };
  return numbered(
    async () => (await collection(Batch).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number,
    async (batch) => {
      const empty = { '_id.cycle': cycle, table: number, state: 'first' as const, revision: 0, 'keyed.by.phone': by.phone };
      const same = await collection(Batch).findOne(empty, { projection: { _id: 1 } });
      if (same) return { batch: same._id.number };
      const _id = { cycle, number: batch };
      const opened = { _id, community: table.community, table: number, at: world.now(), accepted: [] };
      const keyed = [{ by, slips: encryptedKeyed(world.vault, opened, [by], []) }];
      await collection(Batch).insertOne({ ...opened, state: 'first', keyed, revision: 0, mark: markOfBatch(world.vault, opened) });
      return { batch };
    },
  );
}

/** Why the slips of a cycle are not keyed at this moment; undefined if they are. */
export async function whyNotNow(world: World, cycle: string): Promise<NotNow | undefined> {
  const found = await cycleById(world)(cycle);
  const now = world.now();
  const [from, until] = found ? [boxesOpen(found, now), slipsClose(found, now)] : [];
  if (found && !isGenuine(world.vault, found)) return 'early';
  if (!until || now >= until) return 'late';
  return from && now < from ? 'early' : undefined;
}

type MayNotKey =
  /** Nor is there one, for the service, that it did not write, or whose table it did not. */
  | 'noBatch'
  | NotNow
  | 'ownTable'
  /** They keyed this batch already. */
  | 'samePerson'
  /** Somebody else is at it. */
  | 'taken'
  /** It is keyed whole. */
  | 'done';

export interface Keying {
  readonly cycle: string;
  readonly batch: number;
  /** Eight digits, or the last four where only one slip of the table has them; absent if it cannot be read. */
  readonly serial?: string;
  /** `unreadable`: the picks cannot be read. `absent`: the slip is not in the batch; this takes back one's own entry. */
  readonly says: { readonly picks: readonly number[] } | 'unreadable' | 'absent';
  readonly actor: Actor;
}

export type Keyed =
  /** `count`: how many one has keyed. `invalid`: it has more or fewer projects than the ballot allows, and will be counted nowhere. */
  | { readonly keyed: string; readonly count: number; readonly invalid?: 'tooMany' | 'tooFew' }
  | {
      readonly refused:
        | MayNotKey
        /** It is no serial: mistyped. */
        | 'serial'
        /** Several slips of the table end in these digits: all eight are needed. */
        | 'allDigits'
        /** None that was marked at the table does; one that nobody marked is keyed by all eight. */
        | 'noneEnds'
        /** It was accepted in another batch. */
        | 'usedSerial'
        /** It was handed in at another table, whose helpers may not key it. */
        | 'otherTable'
        /** A number that is not on the ballot, or one twice. */
        | 'unknown'
        | 'doubled'
        | 'full'
        /** The serial is not among the differences that have to be settled. */
        | 'notAsked'
        /** Somebody else keyed in the same moment; look again. */
        | 'changed';
    };

/**
 * Keys one slip of a batch. The person who opened the batch keys it first. Then another person keys it without seeing the first, and a third
 * settles the differences. Keying a serial again replaces one's earlier entry. Rejects with `not-allowed` (`checkRight`).
 */
export async function keySlip(world: World, { cycle: id, batch: number, serial: typed, says, actor }: Keying): Promise<Keyed> {
  const batch = await collection(Batch).findOne({ _id: { cycle: id, number } }, { promoteBuffers: true });
  if (!batch) return { refused: 'noBatch' };
  checkRight(actor, finishKeying, batch.community);
  const place = await placeIn(world, batch, actor);
  if ('refused' in place) return place;
  const { keyed, own, by } = place;
  const cycle = await cycleById(world)(id);
  if (!isFrozen(cycle)) return { refused: 'noBatch' };
  const mine = keyed[own] ?? [];
  const serial = typed === undefined ? nextUnread(mine) : await serialAt(batch, typed);
  if (typeof serial !== 'string') return serial;
  const before = mine.filter((slip) => slip.serial !== serial);
  if (own === 2 && !differing(keyed).includes(serial)) return { refused: 'notAsked' };
  if (before.length >= MOST_IN_BATCH && says !== 'absent') return { refused: 'full' };
  const [slip, mark] = await Promise.all([
    collection(Slip).findOne({ _id: serial }, { projection: { batch: 1, outcome: 1 } }),
    collection(Mark).findOne({ serial, active: true }, { projection: { table: 1 } }),
  ]);
  if (slip?.batch !== undefined && slip.batch !== number && slip.outcome !== 'unmarked') return { refused: 'usedSerial' };
  if (mark && mark.table !== batch.table && says !== 'absent') return { refused: 'otherTable' };
  const { frozen, items } = ballotOf(cycle.frozen);
  const wrong = typeof says === 'object' ? refusePicks({ projects: items, ...frozen.choices }, says.picks)?.reason : undefined;
  if (wrong === 'unknown' || wrong === 'doubled') return { refused: wrong };
  const now = [...before, ...said(serial, says, own)];
  const hands = [...batch.keyed.slice(0, own).map((each) => each.by), by];
  const keyedNow = { by, slips: encryptedKeyed(world.vault, batch, hands, now) };
  const change =
    own < batch.keyed.length
      ? { $set: { [`keyed.${own}`]: keyedNow }, $inc: { revision: 1 } }
      : { $push: { keyed: keyedNow }, $inc: { revision: 1 } };
  const { matchedCount } = await collection(Batch).updateOne({ _id: batch._id, revision: batch.revision, state: batch.state }, change);
  if (matchedCount === 0) return { refused: 'changed' };
  return { keyed: serial, count: now.length, ...(wrong && { invalid: wrong }) };
}

function said(serial: string, says: Keying['says'], own: number): KeyedSlip[] {
  if (says === 'absent') return own === 2 ? [{ serial, absent: true }] : [];
  if (says === 'unreadable') return [{ serial }];
  return [{ serial, picks: says.picks.toSorted((one, other) => one - other) }];
}

function nextUnread(mine: readonly KeyedSlip[]): string {
  return `?${mine.filter(({ serial }) => serial.startsWith('?')).length + 1}`;
}

/** The serial that was typed: eight digits, the last four of one that was marked at the table, or `?1` of a slip that has none. */
async function serialAt(
  { _id: { cycle }, table }: BatchRecord,
  typed: string,
): Promise<string | { readonly refused: 'serial' | 'allDigits' | 'noneEnds' }> {
  if (/^\?\d{1,2}$/.test(typed)) return typed;
  const end = typed.normalize('NFKC').trim();
  if (!/^\d{4}$/.test(end)) return serialIn(typed) ?? { refused: 'serial' };
  const marks = await collection(Mark)
    .find({ '_id.cycle': cycle, table, active: true, serial: { $regex: `${end}$` } }, { projection: { serial: 1 }, limit: 2 })
    .toArray();
  const [only, another] = marks;
  if (!only) return { refused: 'noneEnds' };
  return another ? { refused: 'allDigits' } : only.serial;
}

interface Place {
  /** What was keyed so far (`keyedIn`). */
  readonly keyed: readonly KeyedSlip[][];
  /** 0 for a person who keys first, 1 second, 2 for a person who settles differences. */
  readonly own: number;
  readonly by: { readonly phone: string; readonly name: string };
}

const TURNS: readonly BatchRecord['state'][] = ['first', 'second', 'differences'];

/** The turns of keying a batch: one person after the other, each another one. */
async function placeIn(world: World, batch: BatchRecord, actor: Actor): Promise<Place | { readonly refused: MayNotKey }> {
  const { cycle } = batch._id;
  const notNow = await whyNotNow(world, cycle);
  if (notNow) return { refused: notNow };
  const turn = TURNS.indexOf(batch.state);
  if (turn < 0) return { refused: 'done' };
  const [by, table] = await Promise.all([handOf(world, actor), genuineTable(world, { cycle, number: batch.table })]);
  const keyed = keyedIn(world.vault, batch);
  if (!table || !keyed) return { refused: 'noBatch' };
  if (await isAmong(world, batch.community, by, table.hands)) return { refused: 'ownTable' };
  const before = batch.keyed.slice(0, turn).map(({ by: { phone } }) => phone);
  if (await isAmong(world, batch.community, by, before)) return { refused: 'samePerson' };
  const taken = batch.keyed[turn];
  return taken && taken.by.phone !== by.phone ? { refused: 'taken' } : { keyed, own: turn, by };
}

/** Ends one's keying of a batch. After the second person the batch is compared; `differ`: slips that a third one has to look at. `unsettled`: so many differences are left. */
export const finishKeying = act({
  name: 'batch.key',
  may: KEYING,
  on: onBatch,
  input: z.strictObject({}),
  refusals: { noBatch: null, early: null, late: null, ownTable: null, samePerson: null, taken: null, done: null, empty: null, unsettled: null },
  async run({ world, session, on: batch, actor }) {
    const place = await placeIn(world, batch, actor);
    if ('refused' in place) return place;
    const { keyed, own, by } = place;
    const slips = keyed[own]?.length;
    if (slips === undefined || (own === 0 && slips === 0)) return refuse('empty');
    const differ = own === 0 ? 0 : differing(keyed).length;
    if (own === 2 && !agreed(keyed)) return refuse('unsettled', { left: [differ - slips] });
    const compared = differ > 0 && own === 1 ? 'differences' : 'ready';
    const state: BatchState = own === 0 ? 'second' : compared;
    await collection(Batch).updateOne({ _id: batch._id }, { $set: { state }, $inc: { revision: 1 } }, { session });
    return done({ state, differ: own === 2 ? 0 : differ }, { after: { table: batch.table, slips, ...(own > 0 && { differ }), by: by.name } });
  },
});
