import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, {} from 'mongoose';
import { checkLedger } from '../../fund/ballots/index.js';
import { putSignpost } from '../../fund/communities/index.js';
import { leaveCell, settleInCell } from '../../fund/files/index.js';
import { checkLogOf } from '../../fund/log/index.js';
import { CodedError } from '../../store/codedError.js';
import { embedded } from '../../store/embedded/embedded.js';
import { keptFor, openedBy } from '../../store/keys.js';
import { openStore, secretOf } from '../../store/openStore.js';
import { serviceState } from '../../store/serviceState.js';
import { vault } from '../../store/vault.js';
import { carry, clear, metThere, recordsOf } from './carry.js';
import { departureFence, takeOver } from './fence.js';
/** A process learns within two seconds that the community has left; a turn takes eight at most, and its last write four. */
const SETTLE_MS = 15_000;
/**
 * Moves a community from this cell to another one. It is closed here (`leaveCell`), copied, checked there from the first entry of each chain to
 * the last, opened there (`settleInCell`), and removed here except for the signpost. At every moment at most one cell serves it. Each step follows
 * from what the two databases hold: if the command is killed, start it again. A new database gets this one's keys: cells that exchange communities
 * look people up under the same key, each with a SECRET of its own. Import all models before.
 *
 * Rejects with `no-database`, `no-community`,
 * `voting`, `other-keys`, `wrong-secret`, `rotating`, `slug-taken`, `number-taken`, `record-taken`, `same-database`, `not-a-cell`, `other-target`,
 * `not-the-same`, `taken-back`, `overtaken`.
 */
export function move(settings, moving) {
    const { slug, toUrl, fromUrl, actor, settleMs = SETTLE_MS, onStep = () => { } } = moving;
    return betweenCells(settings, moving, async ({ here, there, source, target, clients, left: before }) => {
        const to = placeOf(there.mongodbUri);
        const isThere = before !== undefined && (await hasArrived(target.db, before));
        if (!before?.arrivedAt && !isThere)
            await refuseIfInTheWay(source.db, target.db, slug, before);
        const left = before ?? (await inStore(here, (world) => leaveCell(world)(slug, { to, url: toUrl }, actor)));
        const records = recordsOf(slug, left.cycles);
        const ledgers = await ledgerHeadsOf(isThere || left.arrivedAt ? target.db : source.db, left.cycles);
        let documents;
        if (!left.arrivedAt && !isThere) {
            onStep('left');
            await sleep(settleMs);
            const fence = await takeOver(clients.target, left, 'move');
            documents = await carry(source, target, fence.fenced, records, onStep);
            onStep('checked');
            await inStore(there, async (world) => {
                await check(world, left, ledgers);
                await settleInCell(world)(left.community, fromUrl, actor, (session) => fence.end(serviceState(), session));
            });
        }
        if (!left.arrivedAt) {
            onStep('arrived');
            await inStore(here, (world) => putSignpost(slug, world.now()));
        }
        onStep('cleared');
        await clear(source, departureFence(clients.source, left), records);
        return { ...(documents !== undefined && { documents }), log: left.head, ledgers };
    });
}
/** Takes back a move that has not arrived: what was copied is removed there, and the community is served here as before. Rejects with `arrived`, `not-under-way`. */
export function moveBack(settings, moving) {
    const { slug, fromUrl, actor } = moving;
    return betweenCells(settings, moving, async ({ here, target, clients, left }) => {
        if (!left)
            throw new CodedError('not-under-way', `${slug} is not on its way from here.`);
        if (left.arrivedAt || (await hasArrived(target.db, left)))
            throw new CodedError('arrived', `${slug} has arrived: start the move again to put up the signpost, or move it back from there.`);
        const { fenced } = await takeOver(clients.target, left, 'undo');
        await clear(target, fenced, recordsOf(slug, left.cycles));
        await inStore(here, (world) => settleInCell(world)(left.community, fromUrl, actor));
    });
}
/** Opens both cells side by side. The keys of the target are this one's, or are given to it if it is new. */
async function betweenCells(settings, { slug, to }, work) {
    const secret = await secretOf(settings);
    const held = settings.mongodbUri ? undefined : await embedded(settings.dataDir, settings.mongodBinary);
    const here = { ...settings, mongodbUri: settings.mongodbUri ?? held?.uri ?? '', secret };
    const there = { ...settings, mongodbUri: to.mongodbUri, secret: to.secret ?? secret };
    const client = ({ mongodbUri }) => new mongoose.mongo.MongoClient(mongodbUri, { serverSelectionTimeoutMS: 5_000, writeConcern: { w: 'majority', journal: true } });
    const clients = { source: client(here), target: client(there) };
    try {
        await clients.source.connect().catch(unreachable('MONGODB_URI'));
        await clients.target.connect().catch(unreachable('--to'));
        const [sourceDb, targetDb] = [clients.source.db(), clients.target.db()];
        const keys = await keysOf(sourceDb, secret, 'SECRET');
        if (!keys)
            throw new CodedError('no-community', 'There is nothing in this database yet.');
        const left = (await sourceDb.collection('departures').findOne({ _id: slug })) ?? undefined;
        if (left && left.to !== placeOf(there.mongodbUri))
            throw new CodedError('other-target', `${slug} is on its way to ${left.to}, or has arrived there: name that database, or take the move back first (--undo).`);
        if (left && (await targetDb.collection('departures').findOne({ _id: slug, at: left.at })))
            throw new CodedError('same-database', 'The database to move to is this one.');
        const target = { db: targetDb, vault: vault(always(await keysThere(targetDb, there.secret, keys))) };
        return await work({ here, there, source: { db: sourceDb, vault: vault(always(keys)) }, target, clients, left });
    }
    finally {
        for (const each of Object.values(clients))
            await each.close();
        await held?.release();
    }
}
const always = (keys) => () => keys;
function unreachable(which) {
    return (cause) => {
        throw new CodedError('no-database', `The database of ${which} cannot be reached. Only both together tell where a community is served.`, {
            cause,
        });
    };
}
async function keysOf(db, secret, name) {
    const record = await serviceState(db).findOne({ _id: 'secret' });
    if (!record)
        return undefined;
    const open = openedBy(record, secret);
    if (!open)
        throw new CodedError('wrong-secret', `${name} does not open its database. Set the one that its service has.`);
    if (record.rotation)
        throw new CodedError('rotating', 'SECRET is being replaced in one of the two cells: end that first (npm run secret -- rotate).');
    return open.keys;
}
/** The keys of the other cell. Both have to look up under the same key, or no card, no address and no ballot would be known again there. */
async function keysThere(db, secret, keys) {
    const known = await keysOf(db, secret, 'TO_SECRET');
    if (known && !Buffer.from(known.lookUp).equals(Buffer.from(keys.lookUp)))
        throw new CodedError('other-keys', 'The other cell was begun with keys of its own: cards and ballots are kept under a key that cannot be changed, so nothing of this cell would be known again there. A cell that takes communities of this one begins with an empty database, to which the first of them is moved.');
    if (known)
        return known;
    if ((await db.listCollections({}, { nameOnly: true }).toArray()).length > 0)
        throw new CodedError('not-a-cell', 'There is something in that database, and it is no cell: name an empty one.');
    await serviceState(db).insertOne({ _id: 'secret', ...keptFor(secret, { ...keys, reading: [] }) });
    return keys;
}
/** Hosts and name of a database, without user and password. */
function placeOf(uri) {
    return uri.replace(/^[^:]+:\/\/([^@/]*@)?/, '').replace(/\?.*$/, '');
}
/** Whether the community is served there: its log has the entry with which it left. */
async function hasArrived(target, { _id: slug, head }) {
    if (!(await target.collection('communities').findOne({ _id: slug })))
        return false;
    const entry = await target
        .collection('log')
        .findOne({ _id: { community: slug, seq: head.seq } });
    return entry?.hash === head.hash;
}
async function refuseIfInTheWay(source, target, slug, left) {
    const communities = (db) => db.collection('communities');
    const community = left?.community ?? (await communities(source).findOne({ _id: slug }));
    if (!community)
        throw new CodedError('no-community', `There is no community ${slug} here.`);
    const { phone, callback, textNumber, carriers } = community;
    if (await communities(target).findOne({ _id: slug }))
        throw new CodedError('slug-taken', `There is a community ${slug} in that database already.`);
    const numbers = [phone, ...(callback === undefined ? [] : [callback])];
    const same = [
        { phone: { $in: numbers } },
        { callback: { $in: numbers } },
        ...(textNumber === undefined ? [] : [{ 'carriers.sms': carriers?.sms, textNumber }]),
    ];
    const other = await communities(target).findOne({ $or: same });
    if (other)
        throw new CodedError('number-taken', `${other._id}, in that database, has a number of ${slug}.`);
    const cycles = left?.cycles ?? (await source.collection('cycles').distinct('_id', { community: slug }));
    const met = left ? undefined : await metThere(source, target, recordsOf(slug, cycles));
    if (met)
        throw new CodedError('record-taken', `${met} of ${slug} is in that database already, of another community (a cycle's id, the digits of a receipt, or a slip's serial): move it to another cell.`);
}
async function inStore(settings, run) {
    const store = await openStore(settings);
    try {
        return await run(store.world);
    }
    finally {
        await store.close();
    }
}
/** The last entry of each ledger. */
async function ledgerHeadsOf(db, cycles) {
    const heads = [];
    for (const cycle of cycles) {
        const last = await db
            .collection('entries')
            .findOne({ _id: { $gte: { cycle, seq: 0 }, $lte: { cycle, seq: Number.MAX_SAFE_INTEGER } } }, { sort: { _id: -1 } });
        if (last)
            heads.push({ cycle, seq: last._id.seq, hash: last.hash });
    }
    return heads;
}
async function check(world, { _id: slug, head }, ledgers) {
    const isSame = (one, other) => one.seq === other.seq && one.hash === other.hash;
    const wrong = isSame(await checkLogOf(world, slug), head) ? [] : ['the log'];
    for (const ledger of ledgers)
        if (!isSame(await checkLedger(world, ledger.cycle), ledger))
            wrong.push(`the ledger of ${ledger.cycle}`);
    if (wrong.length > 0)
        throw new CodedError('not-the-same', `There, ${wrong.join(' and ')} does not end as here. Nothing is opened there; start again.`);
}
