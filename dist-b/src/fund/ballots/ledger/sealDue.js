import { cached } from '../../../store/cache.js';
import { CodedError } from '../../../store/codedError.js';
import { collection } from '../../../store/collection.js';
import { DAY_MS } from '../../../store/wallTime.js';
import { CALENDAR_FIELDS, Cycle, destroyKey, freeze, noteSealed, slipsClose, voteOf } from '../../cycles/index.js';
import { Resident } from '../../people/index.js';
import { cycleKeys } from './entry.js';
import { ledger } from './ledger.js';
/** In milliseconds, longer than a turn: ballots that were received before the close are written by then, in any process, and so are slips that were accepted. */
const SEAL_AFTER = 10_000;
const KEY_KEPT = 30 * DAY_MS;
const CALENDAR = { ...CALENDAR_FIELDS, 'frozen.at': 1 };
/** How long the calendars that were read are used, in milliseconds: less than `SEAL_AFTER`, so that an extension is seen before it is too late. */
const CALENDARS_KEPT = 5_000;
const KEYS_LOOKED_AT = 60 * 60 * 1_000;
const UNSURE = 'This machine’s clock and the database’s are more than a second apart: no ledger is sealed until both are set by NTP.';
/**
 * Does what is due for the ledgers at `now`; harmless if it is done twice or late. It freezes ballots whose vote has opened, seals ledgers 10 s
 * after the slips are closed (`slipsClose`: without paper at the close), and destroys pseudonym keys 30 days after the close, within the hour.
 * Returns the ids of the cycles sealed here. `enterRest` enters what was accepted in time and is not in the ledger yet, because a process died: without it
 * there is no seal.
 * It is cheap enough to run every second: cycles of which nothing is due are looked through in memory.
 * A seal cannot be undone, nor can the end of a key: both wait while this machine's clock and the database's differ, so that a clock that runs
 * fast closes no vote early.
 * A cycle that fails does not delay the others: rejects at the end with all failures.
 */
export function sealDue(world, enterRest = async () => undefined) {
    const unsealed = cached(world, CALENDARS_KEPT, 1, () => unsealedCycles(new Date(world.now().getTime() + CALENDARS_KEPT)));
    let keysFrom = Number.NEGATIVE_INFINITY;
    return async (now = world.now()) => {
        const agrees = world.clockAgrees();
        const sealed = [];
        const failures = [];
        const waiting = await unsealed('');
        for (const [id, due] of waiting) {
            if (now < due.opens)
                continue;
            const isDue = now.getTime() >= due.seals;
            try {
                if (isDue && !agrees)
                    throw new CodedError('clocks-differ', UNSURE);
                if (isDue)
                    await enterRest(id);
                if (isDue && (await seal(world, id, now)))
                    sealed.push(id);
                if (!isDue && !due.isFrozen)
                    await freeze(world, id);
                due.isFrozen = true;
                if (isDue)
                    waiting.delete(id);
            }
            catch (error) {
                failures.push(error);
            }
        }
        if (agrees && Math.abs(now.getTime() - keysFrom) >= KEYS_LOOKED_AT) {
            await destroyKeys(now);
            keysFrom = now.getTime();
        }
        if (failures.length > 0)
            throw new AggregateError(failures, `${failures.length} ledgers could not be frozen or sealed.`, { cause: failures[0] });
        return sealed;
    };
}
/** `until`: so long the calendars are used. A vote whose day comes before and that is held back is not among them. */
async function unsealedCycles(until) {
    const waiting = new Map();
    for await (const cycle of collection(Cycle).find({ sealedAt: { $exists: false } }, { projection: CALENDAR })) {
        const [vote, closes] = [voteOf(cycle, until), slipsClose(cycle, until)];
        if (vote && closes)
            waiting.set(cycle._id, { opens: vote.from, seals: closes.getTime() + SEAL_AFTER, isFrozen: cycle.frozen !== undefined });
    }
    return waiting;
}
/** Seals a ledger. False if another process sealed it. */
async function seal(world, id, now) {
    const cycle = await freeze(world, id);
    const key = cycleKeys(world)(cycle)?.once(id, 'seal');
    if (key === undefined)
        throw new CodedError('not-sealed', `The ledger of ${id} has no key any more, and no seal.`);
    const outcome = await ledger(world)({ key, cycle, at: now, decide: () => 'seal', beginWrite: () => undefined });
    if ('refused' in outcome)
        throw new CodedError('not-sealed', `The ledger of ${id} could not be sealed.`);
    const close = slipsClose(cycle, now) ?? now; // who asked at a table may have been put on the roster after the vote
    const onRoster = { community: cycle.community, addedAt: { $lt: close }, erasedAt: { $exists: false } }; // nobody leaves the roster between the opening and the seal
    const residentsAtClose = await collection(Resident).countDocuments(onRoster, { timeoutMS: 60_000 });
    return noteSealed(id, now, residentsAtClose);
}
async function destroyKeys(now) {
    const long = (close) => now.getTime() >= close.getTime() + KEY_KEPT;
    for await (const cycle of collection(Cycle).find({ sealedAt: { $exists: true }, pseudonymKey: { $exists: true } }, { projection: CALENDAR })) {
        const vote = voteOf(cycle, now);
        if (!vote || long(vote.to))
            await destroyKey(cycle._id);
    }
}
