import { collection } from '../../store/collection.js';
import { numbered } from '../../store/databaseErrors.js';
import { ballotOf, refusePicks } from '../ballots/index.js';
import { cycleById, isFrozen, slipsClose } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight, serialIn } from '../people/index.js';
import { agreed, Batch, differing, encryptedKeyed, keyedIn } from './batch.js';
import { handOf } from './hands.js';
import { Mark } from './mark.js';
import { Slip } from './slip.js';
import { Table } from './tables.js';
/** Slips in a batch. */
export const MOST_IN_BATCH = 25;
/**
 * Opens a new batch for slips of a closed table; its number is written on the cover. One that the same person opened, and of which nothing is keyed, is the
 * same. Rejects with `not-allowed` (`checkRight`).
 */
export function openBatch(world) {
    return async ({ cycle, table: number, actor }) => {
        const table = await collection(Table).findOne({ _id: { cycle, number } });
        if (!table)
            return { refused: 'noTable' };
        checkRight(actor, 'keySlips', table.community);
        if (!table.closed)
            return { refused: 'open' };
        const by = await handOf(world, actor);
        if (table.hands.includes(by.phone))
            return { refused: 'ownTable' };
        if (await areClosed(world, cycle))
            return { refused: 'late' };
        return numbered(async () => (await collection(Batch).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number, async (batch) => {
            const empty = { '_id.cycle': cycle, table: number, state: 'first', revision: 0, 'keyed.by.phone': by.phone };
            const same = await collection(Batch).findOne(empty, { projection: { _id: 1 } });
            if (same)
                return { batch: same._id.number };
            const _id = { cycle, number: batch };
            const keyed = [{ by, slips: encryptedKeyed(world.vault, _id, []) }];
            const { community } = table;
            await collection(Batch).insertOne({ _id, community, table: number, at: world.now(), state: 'first', keyed, accepted: [], revision: 0 });
            return { batch };
        });
    };
}
/** Whether the slips of a cycle are closed. */
export async function areClosed(world, cycle) {
    const found = await cycleById(world)(cycle);
    const now = world.now();
    const until = found && slipsClose(found, now);
    return !until || now >= until;
}
/**
 * Keys one slip of a batch. The person who opened the batch keys it first. Then another person keys it without seeing the first, and a third
 * settles the differences. Keying a serial again replaces one's earlier entry. Rejects with `not-allowed` (`checkRight`).
 */
export function keySlip(world) {
    return async ({ cycle: id, batch: number, serial: typed, says, actor }) => {
        const place = await placeIn(world, id, number, actor);
        if ('refused' in place)
            return place;
        const { batch, own, by } = place;
        const cycle = await cycleById(world)(id);
        if (!isFrozen(cycle))
            return { refused: 'noBatch' };
        const keyed = keyedIn(world.vault, batch);
        const mine = keyed[own] ?? [];
        const serial = typed === undefined ? nextUnread(mine) : await serialAt(batch, typed);
        if (typeof serial !== 'string')
            return serial;
        const before = mine.filter((slip) => slip.serial !== serial);
        if (own === 2 && !differing(keyed).includes(serial))
            return { refused: 'notAsked' };
        if (before.length >= MOST_IN_BATCH && says !== 'absent')
            return { refused: 'full' };
        const [slip, mark] = await Promise.all([
            collection(Slip).findOne({ _id: serial }, { projection: { batch: 1, outcome: 1 } }),
            collection(Mark).findOne({ serial, active: true }, { projection: { table: 1 } }),
        ]);
        if (slip?.batch !== undefined && slip.batch !== number && slip.outcome !== 'unmarked')
            return { refused: 'usedSerial' };
        if (mark && mark.table !== batch.table && says !== 'absent')
            return { refused: 'otherTable' };
        const { frozen, items } = ballotOf(cycle.frozen);
        const wrong = typeof says === 'object' ? refusePicks({ projects: items, ...frozen.choices }, says.picks)?.reason : undefined;
        if (wrong === 'unknown' || wrong === 'doubled')
            return { refused: wrong };
        const now = [...before, ...said(serial, says, own)];
        const keyedNow = { by, slips: encryptedKeyed(world.vault, batch._id, now) };
        const change = own < batch.keyed.length
            ? { $set: { [`keyed.${own}`]: keyedNow }, $inc: { revision: 1 } }
            : { $push: { keyed: keyedNow }, $inc: { revision: 1 } };
        const { matchedCount } = await collection(Batch).updateOne({ _id: batch._id, revision: batch.revision, state: batch.state }, change);
        if (matchedCount === 0)
            return { refused: 'changed' };
        return { keyed: serial, count: now.length, ...(wrong && { invalid: wrong }) };
    };
}
function said(serial, says, own) {
    if (says === 'absent')
        return own === 2 ? [{ serial, absent: true }] : [];
    if (says === 'unreadable')
        return [{ serial }];
    return [{ serial, picks: says.picks.toSorted((one, other) => one - other) }];
}
function nextUnread(mine) {
    return `?${mine.filter(({ serial }) => serial.startsWith('?')).length + 1}`;
}
/** The serial that was typed: eight digits, the last four of one that was marked at the table, or `?1` of a slip that has none. */
async function serialAt({ _id: { cycle }, table }, typed) {
    if (/^\?\d{1,2}$/.test(typed))
        return typed;
    const end = typed.normalize('NFKC').trim();
    if (!/^\d{4}$/.test(end))
        return serialIn(typed) ?? { refused: 'serial' };
    const marks = await collection(Mark)
        .find({ '_id.cycle': cycle, table, active: true, serial: { $regex: `${end}$` } }, { projection: { serial: 1 }, limit: 2 })
        .toArray();
    const [only, another] = marks;
    return only && !another ? only.serial : { refused: 'allDigits' };
}
const TURNS = ['first', 'second', 'differences'];
/** The turns of keying a batch: one person after the other, each another one. */
async function placeIn(world, cycle, number, actor) {
    const batch = await collection(Batch).findOne({ _id: { cycle, number } }, { promoteBuffers: true });
    if (!batch)
        return { refused: 'noBatch' };
    checkRight(actor, 'keySlips', batch.community);
    if (await areClosed(world, cycle))
        return { refused: 'late' };
    const turn = TURNS.indexOf(batch.state);
    if (turn < 0)
        return { refused: 'done' };
    const [by, table] = await Promise.all([handOf(world, actor), collection(Table).findOne({ _id: { cycle, number: batch.table } })]);
    if (table?.hands.includes(by.phone))
        return { refused: 'ownTable' };
    const before = batch.keyed.findIndex(({ by: { phone } }) => phone === by.phone);
    if (before >= 0 && before < turn)
        return { refused: 'samePerson' };
    const taken = batch.keyed[turn];
    return taken && taken.by.phone !== by.phone ? { refused: 'taken' } : { batch, own: turn, by };
}
/** Ends one's keying of a batch. After the second person the batch is compared. Rejects with `not-allowed` (`checkRight`). */
export function finishKeying(world) {
    return async ({ cycle, batch: number, actor }) => {
        const place = await placeIn(world, cycle, number, actor);
        if ('refused' in place)
            return place;
        const { batch, own, by } = place;
        const keyed = keyedIn(world.vault, batch);
        if (!keyed[own])
            return { refused: 'empty' };
        if (own === 0 && keyed[0]?.length === 0)
            return { refused: 'empty' };
        const differ = own === 0 ? 0 : differing(keyed).length;
        if (own === 2 && !agreed(keyed))
            return { refused: 'unsettled', left: differ - (keyed[2]?.length ?? 0) };
        const compared = differ > 0 && own === 1 ? 'differences' : 'ready';
        const state = own === 0 ? 'second' : compared;
        const acting = checkRight(actor, 'keySlips', batch.community);
        return withLog(world)(batch.community, async (session, write) => {
            const change = { $set: { state }, $inc: { revision: 1 } };
            const { matchedCount } = await collection(Batch).updateOne({ _id: batch._id, revision: batch.revision }, change, { session });
            if (matchedCount === 0)
                return { refused: 'changed' };
            const after = { table: batch.table, slips: keyed[own]?.length ?? 0, ...(own > 0 && { differ }), by: by.name };
            await write({ ...acting, subject: `${cycle}/batch/${number}`, detail: { after } });
            return { state, differ: own === 2 ? 0 : differ };
        });
    };
}
