import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { cleanText } from '../../store/text.js';
import { findCycle, isOpen } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight, checkView } from '../people/index.js';
import { dropPicture, keepPicture, picturesOf, } from '../pictures/index.js';
import { handOf, twoHands } from './hands.js';
import { reconcile } from './reconcile.js';
const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, _id: false };
const number = { type: Number, required: true };
const date = { type: Date, required: true };
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, number }, { _id: false }), required: true },
    community: { type: String, required: true },
    place: { type: String, required: true },
    opened: { type: { at: date, received: number, by: [hand] }, required: true, _id: false },
    marked: number,
    marks: number,
    hands: { type: [String], required: true },
    closed: { type: { at: date, handedOut: number, spoiled: number, left: number, by: [hand], reason: String }, _id: false },
    validated: { type: { at: date, by: hand, incident: String }, _id: false },
}, { strict: 'throw', versionKey: false, collection: 'tables' });
schema.index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true });
/** The tables of all cycles. */
export const Table = model('Table', schema);
const LONGEST_PLACE = 60;
const MOST_RECEIVED = 100_000;
/**
 * Opens a table while the vote is open: `received` blank slips were counted by two, of whom `other` is the second (`StaffMember.id`; on the server a name).
 * While these two have a table open at this place it is the same one: nobody sits at two. Rejects with `not-allowed` (`checkRight`).
 */
export function openTable(world) {
    return async ({ cycle: id, place, received, other, actor }) => {
        const cycle = await findCycle(id);
        if (!cycle)
            return { refused: 'noCycle' };
        const { community } = cycle;
        const acting = checkRight(actor, 'openTable', community);
        const at = world.now();
        if (!isOpen(cycle, at))
            return { refused: 'notVoting' };
        const where = [...cleanText(place)].slice(0, LONGEST_PLACE).join('');
        if (where === '')
            return { refused: 'place' };
        if (!isCount(received))
            return { refused: 'count' };
        const two = await twoHands(world, community, actor, other);
        if ('refused' in two)
            return two;
        const hands = two.hands.map(({ phone }) => phone);
        return withLog(world)(community, async (session, write) => {
            const theirs = { '_id.cycle': id, place: where, closed: { $exists: false }, 'opened.by.phone': { $all: hands } };
            const same = await collection(Table).findOne(theirs, { session, projection: { _id: 1 } });
            if (same)
                return { table: same._id.number };
            const last = await collection(Table).findOne({ '_id.cycle': id }, { session, sort: { '_id.number': -1 }, projection: { _id: 1 } });
            const _id = { cycle: id, number: (last?._id.number ?? 0) + 1 };
            const opened = { at, received, by: [...two.hands] };
            await collection(Table).insertOne({ _id, community, place: where, opened, marked: 0, marks: 0, hands }, { session });
            await write({ ...acting, subject: `${id}/table/${_id.number}`, detail: { after: { place: where, received, by: two.hands.map(nameOf) } } });
            return { table: _id.number };
        });
    };
}
function isCount(count) {
    return Number.isInteger(count) && count >= 0 && count <= MOST_RECEIVED;
}
function nameOf({ name }) {
    return name;
}
/**
 * Closes a table. The slips received should equal those handed out, spoiled and left, and those handed out should equal the marks; a difference
 * needs a reason. From then on nothing is marked there, and its slips may be keyed. Rejects with `not-allowed` (`checkRight`).
 */
export function closeTable(world) {
    return async ({ cycle, table: number, handedOut, spoiled, left, other, reason: said = '', actor }) => {
        const table = await collection(Table).findOne({ _id: { cycle, number } });
        if (!table)
            return { refused: 'noTable' };
        const { community } = table;
        const acting = checkRight(actor, 'closeTable', community);
        if (table.closed)
            return { refused: 'closed' };
        const counts = { handedOut, spoiled, left };
        const count = COUNTED.find((name) => !isCount(counts[name]));
        if (count)
            return { refused: 'count', count };
        const two = await twoHands(world, community, actor, other);
        if ('refused' in two)
            return two;
        const reason = cleanText(said);
        return withLog(world)(community, async (session, write) => {
            const now = await collection(Table).findOne({ _id: table._id }, { session });
            if (!now || now.closed)
                return { refused: 'closed' };
            const differences = reconcile(now.opened.received, now.marks, counts);
            if ((differences.slips !== 0 || differences.marks !== 0) && reason === '')
                return { refused: 'reason', ...differences };
            const closed = { at: world.now(), ...counts, by: [...two.hands], ...(reason && { reason }) };
            await collection(Table).updateOne({ _id: table._id }, { $set: { closed }, $addToSet: { hands: { $each: two.hands.map(({ phone }) => phone) } } }, { session });
            const after = { received: now.opened.received, handedOut, spoiled, unused: left, marks: now.marks, by: two.hands.map(nameOf) };
            await write({ ...acting, subject: `${cycle}/table/${number}`, detail: { after, ...(reason && { reason }) } });
            return { closed: true };
        });
    };
}
const COUNTED = ['handedOut', 'spoiled', 'left'];
/**
 * A supervisor's finding on a closed table: in order, or `incident` says what was not. Nobody who worked at the table can give it, in whatever
 * role. Rejects with `not-allowed` (`checkRight`).
 */
export function validateTable(world) {
    return async ({ cycle, table: number, incident: said = '', actor }) => {
        const _id = { cycle, number };
        const table = await collection(Table).findOne({ _id });
        if (!table)
            return { refused: 'noTable' };
        const acting = checkRight(actor, 'validateTable', table.community);
        if (!table.closed)
            return { refused: 'open' };
        const by = await handOf(world, actor);
        if (table.hands.includes(by.phone))
            return { refused: 'ownTable' };
        const incident = cleanText(said);
        return withLog(world)(table.community, async (session, write) => {
            const validated = { at: world.now(), by, ...(incident && { incident }) };
            const { matchedCount } = await collection(Table).updateOne({ _id, validated: { $exists: false } }, { $set: { validated } }, { session });
            if (matchedCount === 0)
                return { refused: 'validated' };
            await write({
                ...acting,
                subject: `${cycle}/table/${number}`,
                detail: { after: { inOrder: incident === '' }, ...(incident && { reason: incident }) },
            });
            return { validated: true };
        });
    };
}
/**
 * Keeps a picture of the sheet that two people signed as they closed a table. A picture can be added until a supervisor has given their finding.
 * It shows names, so only those who work with tables see it. Rejects with `not-allowed` (`checkRight`).
 */
export function keepTablePicture(world) {
    const keep = keepPicture(world);
    return ({ cycle, table, ...given }) => {
        const closed = { _id: { cycle, number: table }, community: given.community, 'closed.at': { $exists: true }, 'validated.at': { $exists: false } };
        const isOpen = async (session) => (await collection(Table).findOne(closed, { session, projection: { _id: 1 } })) !== null;
        return keep({ ...given, of: ofTable(cycle, table), isOpen });
    };
}
/** Takes one away. Rejects with `not-allowed` (`checkRight`). */
export function dropTablePicture(world) {
    const drop = dropPicture(world);
    return ({ cycle, table, ...given }) => drop({ ...given, of: ofTable(cycle, table) });
}
/** The pictures of a table's sheet, the oldest first, without their bytes. Rejects with `not-allowed` (`checkView`). */
export function readTablePictures({ community, cycle, table }, actor) {
    checkView(actor, 'table', community);
    return picturesOf(community, ofTable(cycle, table));
}
function ofTable(cycle, table) {
    return { kind: 'table', id: `${cycle}/${table}` };
}
