import { CodedError } from '../../store/codedError.js';
import { collection, DURABLE } from '../../store/collection.js';
import { groupCommit, updateEach } from '../../store/groupCommit.js';
import { forEachSettled, pauses } from '../../store/inTime.js';
import { perWorld } from '../../store/world.js';
import { ballotOf, cast, cycleKeys, refusePicks } from '../ballots/index.js';
import { cycleById, isFrozen } from '../cycles/index.js';
import { acceptedAmong, onRosterAmong } from '../people/index.js';
import { agreed, Batch, keyedIn } from './batch.js';
import { listSlips } from './compareSlips.js';
import { nameVoters } from './handedIn.js';
import { Mark, markedPerson } from './mark.js';
import { decryptedPicks, encryptedPicks, Slip } from './slip.js';
/**
 * Enters the slips of an accepted batch into the ledger, and gives what became of each. Harmless to repeat: a slip counts once. Batches that are
 * accepted at the same time share their commands (`groupCommit`).
 */
export const enterBatch = perWorld((world) => groupCommit(async (batches) => {
    const outcomes = new Map();
    for (const id of new Set(batches.map(({ _id }) => _id.cycle))) {
        const cycle = await cycleById(world)(id);
        const own = batches.filter(({ _id }) => _id.cycle === id);
        if (isFrozen(cycle))
            for (const [batch, its] of await enterAll(world, cycle, own))
                outcomes.set(batch, its);
    }
    return batches.map((batch) => outcomes.get(batch) ?? {});
}));
/** Enters batches of one cycle, and notes what became of them. */
async function enterAll(world, cycle, batches) {
    const turn = pauses();
    const slips = [];
    for (const batch of batches) {
        for (const slip of agreed(keyedIn(world.vault, batch)) ?? [])
            slips.push({ ...slip, batch });
        await turn();
    }
    const entered = await enterSlips(world)(cycle, slips);
    await noteSlips(world, cycle._id, entered);
    const outcomes = new Map(batches.map((batch) => [batch, countOf(entered.filter((slip) => slip.batch === batch).map(({ outcome }) => outcome))]));
    await updateAll(Batch, [...outcomes].map(([{ _id }, its]) => ({
        q: { _id, state: 'entering' },
        u: { $set: { state: 'accepted', outcomes: its }, $inc: { revision: 1 } },
    })));
    return outcomes;
}
/** Enters what was accepted and not yet entered whole, because a process died in the middle. To be called now and then; harmless to repeat. */
export function enterAccepted(world) {
    const enter = enterBatch(world);
    return async () => {
        const left = await collection(Batch).find({ state: 'entering' }, { promoteBuffers: true, limit: MOST_AT_ONCE }).toArray();
        await forEachSettled(left, 'accepted batches', async (batch) => {
            await enter(batch);
        });
    };
}
const MOST_AT_ONCE = 100;
/**
 * Enters all of a cycle that was accepted in time and is not entered, and notes which slips there are: before its ledger is sealed, also after a process died.
 * Harmless to repeat.
 */
export function enterRest(world) {
    const enter = enterBatch(world);
    const enterLate = enterLateJoined(world);
    const list = listSlips(world);
    return async (cycle) => {
        const left = collection(Batch).find({ '_id.cycle': cycle, state: 'entering' }, { promoteBuffers: true });
        for await (const batch of left)
            await enter(batch);
        await enterLate(cycle);
        await list(cycle);
    };
}
/**
 * Enters the slips of people whose batch was accepted before they were put on the roster: of one cycle, or of all, some in each call and the next ones in
 * the next. To be called every few seconds, also between the end of keying and the seal. Harmless to repeat.
 */
export function enterLateJoined(world) {
    const enter = enterSlips(world);
    let after = '';
    return async (only) => {
        const which = { waits: true, ...(only === undefined ? { _id: { $gt: after } } : { cycle: only }) };
        const waiting = await collection(Slip)
            .find(which, { promoteBuffers: true, sort: { _id: 1 }, ...(only === undefined && { limit: MOST_AT_ONCE }) })
            .toArray();
        if (only === undefined)
            after = (waiting.length === MOST_AT_ONCE && waiting.at(-1)?._id) || '';
        for (const id of new Set(waiting.map(({ cycle }) => cycle))) {
            const cycle = await cycleById(world)(id);
            const own = waiting.filter((slip) => slip.cycle === id);
            if (!isFrozen(cycle) || cycle.sealedAt) {
                await collection(Slip).updateMany({ _id: { $in: own.map(({ _id }) => _id) } }, { $unset: { waits: 1 } });
                continue;
            }
            const batches = new Map(own.map(({ _id, batch }) => [_id, batch]));
            const slips = own.map(({ _id, picks }) => ({ serial: _id, ...(picks && { picks: decryptedPicks(world.vault, _id, picks) }) }));
            for (const { serial, outcome } of await enter(cycle, slips)) {
                if (outcome === 'notOnRoll')
                    continue;
                const { matchedCount } = await collection(Slip).updateOne({ _id: serial, waits: true }, { $set: { outcome }, $unset: { waits: 1 } });
                const counts = { 'outcomes.notOnRoll': -1, [`outcomes.${outcome}`]: 1 };
                if (matchedCount === 1)
                    await collection(Batch).updateOne({ _id: { cycle: id, number: batches.get(serial) ?? 0 } }, { $inc: counts });
            }
        }
    };
}
/**
 * Decides about slips, and writes each one that counts into the ledger. The ballot's time is the moment at which the slip was handed in. A slip is
 * not written if a later slip or ballot of the same person supersedes it.
 */
function enterSlips(world) {
    const castOne = cast(world);
    return async (cycle, slips) => {
        const serials = slips.map(({ serial }) => serial);
        const [marks, known] = await Promise.all([
            collection(Mark)
                .find({ serial: { $in: serials }, active: true }, { promoteBuffers: true })
                .toArray(),
            collection(Slip)
                .find({ _id: { $in: serials }, batch: { $exists: true }, outcome: { $ne: 'unmarked' } }, { projection: { batch: 1 } })
                .toArray(),
            nameVoters(world, cycle),
        ]);
        const handedIn = await handedInBy(world, cycle, marks);
        const batchOf = new Map(known.map(({ _id, batch }) => [_id, batch]));
        const { frozen, items } = ballotOf(cycle.frozen);
        const enterOne = async (slip) => {
            const { serial, picks, batch } = slip;
            const mark = handedIn.get(serial);
            if (!mark || (batch && mark.table !== batch.table))
                return { ...slip, outcome: batch && batchOf.has(serial) ? 'double' : 'unmarked' };
            const number = batchOf.get(serial) ?? batch?._id.number;
            batchOf.set(serial, number);
            if (batch && number !== batch._id.number)
                return { ...slip, outcome: 'double' };
            if (!picks)
                return { ...slip, outcome: 'unreadable' };
            if (refusePicks({ projects: items, ...frozen.choices }, picks))
                return { ...slip, outcome: 'invalid' };
            if (mark.isSuperseded)
                return { ...slip, outcome: 'superseded' };
            if (mark.resident === undefined)
                return { ...slip, outcome: 'notOnRoll' };
            const outcome = await castOne({
                ...{ key: serial, service: 'castSlip', at: mark.at, community: cycle.community, channel: 'paper' },
                ...{ by: mark.by, resident: mark.resident, isOnRoster: mark.isOnRoster, withCard: true, picks, beginWrite: () => undefined },
            });
            return { ...slip, outcome: 'receipt' in outcome ? 'counted' : (REFUSED[outcome.refused.reason] ?? 'late') };
        };
        const entered = [];
        for (let from = 0; from < slips.length; from += CAST_AT_ONCE)
            entered.push(...(await Promise.all(slips.slice(from, from + CAST_AT_ONCE).map(enterOne))));
        return entered;
    };
}
/** So many slips go into the ledger together. Turns wait in the same queue, and a hundred slips take the process for fifteen milliseconds. */
const CAST_AT_ONCE = 25;
const REFUSED = { superseded: 'superseded', notOnRoll: 'notOnRoll' };
async function handedInBy(world, cycle, marks) {
    const keys = cycleKeys(world)(cycle);
    const turn = pauses();
    const people = [];
    for (const mark of marks) {
        people.push({ mark, person: markedPerson(world.vault, mark) });
        await turn();
    }
    const requests = people.flatMap(({ person }) => (person && 'request' in person ? [person.request] : []));
    const accepted = await acceptedAmong(cycle.community, requests);
    const found = people.map(({ mark, person }) => {
        const resident = person && ('resident' in person ? person.resident : accepted.get(person.request));
        return { mark, resident, voter: mark.voter ?? (resident === undefined ? undefined : keys?.voter(resident).voterId) };
    });
    const voters = found.flatMap(({ voter }) => voter ?? []);
    const [all, here] = await Promise.all([
        collection(Mark)
            .find({ voter: { $in: voters }, active: true }, { projection: { voter: 1, at: 1, heardAt: 1, serial: 1 } })
            .toArray(),
        onRosterAmong(cycle.community, found.flatMap(({ resident }) => resident ?? [])),
    ]);
    const last = new Map();
    for (const mark of all.toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.heardAt.getTime() - other.heardAt.getTime()))
        if (mark.voter)
            last.set(mark.voter, mark);
    return new Map(found.map(({ mark, resident, voter }) => [
        mark.serial,
        {
            ...{ table: mark.table, at: mark.at },
            by: mark.by.map(({ name }) => name).join('、'),
            ...(resident !== undefined && { resident }),
            isOnRoster: resident !== undefined && here.has(resident),
            isSuperseded: voter !== undefined && (last.get(voter)?.serial ?? mark.serial) !== mark.serial,
        },
    ]));
}
async function noteSlips({ vault }, cycle, entered) {
    const turn = pauses();
    const noted = [];
    for (const { serial, outcome, picks, batch } of entered) {
        if (outcome === 'double')
            continue;
        noted.push({
            q: { _id: serial, cycle, ...(outcome === 'unmarked' && { outcome: { $exists: false } }) }, // another batch may have it rightly
            u: {
                $set: {
                    ...{ batch: batch?._id.number, outcome },
                    ...(picks && { picks: encryptedPicks(vault, serial, picks) }),
                    ...(outcome === 'notOnRoll' && { waits: true }),
                },
            },
        });
        await turn();
    }
    await updateAll(Slip, noted);
}
/** Updates all of them durably, or rejects: whoever calls does it anew. */
async function updateAll(model, statements) {
    const { failed } = await updateEach(model, statements, DURABLE);
    if (failed.size > 0)
        throw new CodedError('not-noted', 'What became of the slips could not be noted; it is tried again.');
}
function countOf(outcomes) {
    const counts = {};
    for (const outcome of outcomes)
        counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
}
