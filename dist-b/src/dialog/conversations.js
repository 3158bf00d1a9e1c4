import { randomUUID } from 'node:crypto';
import { CodedError } from '../store/codedError.js';
import { collection, DURABLE } from '../store/collection.js';
import { groupCommit, updateEach } from '../store/groupCommit.js';
import { byId, lookUps } from '../store/lookUps.js';
import { perWorld } from '../store/world.js';
import { answersOf, commitAll, isStill, overtaken, recordOf } from './commits.js';
import { Conversation } from './conversation.js';
/** A claim lives until the longest deadline (8 s) plus 5 s. */
const CLAIM_MS = 13_000;
const DUPLICATE = 11_000;
/**
 * This process remembers so many conversations as their last turn left them, for so long: those in which something is open or a call is
 * under way.
 */
const KNOWN = 1_000;
const KNOWN_MS = 10 * 60 * 1_000;
const LOOKS_MS = 60 * 1_000;
/**
 * The stored conversations. Turns that are under way at the same time share their commands, whatever channel they came by
 * (docs/architecture.md: Shared commands). A conversation that goes on is not loaded again: whatever this process does to it is guarded by
 * the revision at which it left it.
 */
export const conversations = perWorld((world) => {
    /** In the order of their last turns. */
    const known = new Map();
    const take = groupCommit((items) => takeAll(items, world.now()));
    const load = lookUps(world)(byId(Conversation, { answers: 0 }));
    const write = groupCommit(commitAll);
    let looking;
    return {
        begin: async (id, key, asks) => {
            letGo();
            const found = known.get(id) ?? (await asked(id, asks)) ?? { _id: id, revision: 0 };
            return found.turn ? undefined : { ...found, turn: { key, batch: randomUUID() }, isHeld: false };
        },
        claim: async (id, key, asks) => {
            known.delete(id);
            const taken = await take({ id, key });
            if (!taken)
                return undefined;
            asks?.();
            const found = taken.isNew ? { _id: id, revision: 0 } : await loaded(id, taken.batch);
            return found && { ...found, turn: { key, batch: taken.batch }, isHeld: true };
        },
        hold: (begun) => {
            begun.holding ??= holdNow(begun);
            return begun.holding;
        },
        commit: async (outcome) => {
            await outcome.begun.holding;
            known.delete(outcome.begun._id);
            await write(outcome);
            if (outcome.open || outcome.callState)
                known.set(outcome.begun._id, recordOf(outcome));
            letGo();
        },
        answersOf,
        release: async (begun) => {
            await begun.holding?.catch(() => undefined); // the caller of `hold` gets the error
            const { _id, turn, isHeld } = begun;
            if (!isHeld)
                return;
            await collection(Conversation).updateOne({ _id, 'turn.batch': turn.batch, 'turn.key': turn.key }, { $unset: { turn: 1 } }, { writeConcern: { w: 1 } });
        },
    };
    function asked(id, asks) {
        asks?.();
        return load(id);
    }
    async function holdNow(begun) {
        const { _id: id, turn, isHeld } = begun;
        if (isHeld)
            return;
        const taken = await take({ id, key: turn.key, before: begun });
        if (taken) {
            begun.turn = { key: turn.key, batch: taken.batch };
            begun.isHeld = true;
        }
        known.delete(id);
        if (!taken || (taken.isNew && begun.revision > 0))
            throw overtaken();
    }
    /** Undefined if it was taken over or removed meanwhile. */
    async function loaded(id, batch) {
        const found = await load(id);
        return found && found.turn?.batch === batch ? found : undefined;
    }
    /** Forgets conversations that are too old or too many, also if nobody writes. */
    function letGo() {
        const oldest = world.now().getTime() - KNOWN_MS;
        for (const [id, { at }] of known) {
            if (at && at.getTime() > oldest && known.size <= KNOWN)
                break;
            known.delete(id);
        }
        if (known.size === 0 || looking)
            return;
        looking = setTimeout(() => {
            looking = undefined;
            letGo();
        }, LOOKS_MS).unref();
    }
});
/**
 * Claims conversations for turns: one upsert each, marked with the batch. An upsert that loses meets a duplicate key; its turn gets
 * undefined. Rejects with `not-claimed` if the database refuses one for another reason.
 */
async function takeAll(items, now) {
    const batch = randomUUID();
    const free = { $or: [{ turn: { $exists: false } }, { 'turn.since': { $lt: new Date(now.getTime() - CLAIM_MS) } }] };
    const claims = items.map(({ id, key, before }) => ({
        q: { _id: id, ...(before && isStill(before)), ...free },
        u: { $set: { 'turn.key': key, 'turn.batch': batch }, $currentDate: { 'turn.since': true }, $setOnInsert: { revision: 0 } },
        upsert: true,
    }));
    const { made, failed } = await updateEach(Conversation, claims, { w: 1 }); // it does no harm if a claim is lost
    const worse = [...failed.values()].find((code) => code !== DUPLICATE);
    if (worse !== undefined)
        throw new CodedError('not-claimed', `The database refused a claim with code ${worse}; send the message again.`);
    return items.map((_, index) => (failed.has(index) ? undefined : { batch, isNew: made.has(index) }));
}
/** The id of a conversation that belongs to nobody: no channel makes such an id. */
const NOBODY = 'ready';
/**
 * Takes a turn without a message, through the queues of all turns: a look-up, and a durable write of its own. Rejects if a turn would
 * fail. If another process writes the same at the same time, that also shows that the database takes writes.
 */
export async function tryTurn(world) {
    const nothing = Buffer.alloc(0);
    const key = randomUUID();
    const { begin, commit } = conversations(world);
    const begun = await begin(NOBODY, key);
    if (!begun)
        throw new CodedError('conversation-held', `The conversation ${NOBODY} is held, which no turn does; remove it.`);
    try {
        await commit({ begun, community: '', at: world.now(), recent: nothing, answered: { key, encrypted: nothing } });
    }
    catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'overtaken')
            throw error;
    }
}
/** Asks of a database, over whatever connection, the durable write that a turn asks of it. */
export async function tryWrite(db, at) {
    const update = { q: { _id: NOBODY }, u: { $set: { at } } };
    await db.command({ update: Conversation.collection.name, updates: [update], writeConcern: DURABLE });
}
