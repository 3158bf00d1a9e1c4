import { collection } from '../../store/collection.js';
import { DAY_MS } from '../../store/wallTime.js';
import { findCommunity, RECORDINGS_DAYS } from '../communities/index.js';
import { amrSeconds, mp3Seconds, wavSeconds } from './audio.js';
import { Recording, recordingFiles } from './recording.js';
/** After this time, another process may take up the work again. */
const LEASE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A recording that has not come by then will never come. */
const GIVEN_UP_MS = DAY_MS;
/** We ask for recordings of two minutes at most. */
const LONGEST_SECONDS = 130;
const AT_ONCE = 20;
/**
 * Does what is due with recordings; several processes may do it at the same time. It fetches a recording that is awaited, checks by its bytes that it
 * is a sound of a length that was asked for, and keeps it encrypted. Then it deletes the carrier's copy. After the time that the community sets, it
 * deletes ours. A step that fails is tried again for a day; then `lost` writes it to what was said and notifies the author. Harmless to repeat.
 */
export function workRecordings(world, source, lost) {
    const files = recordingFiles(world);
    return async () => {
        for (let taken = 0; taken < AT_ONCE; taken++) {
            const recording = await claimDue(world);
            if (!recording)
                return;
            if (await findCommunity(recording.community))
                await work(recording); // else it is on its way from one cell to another
        }
    };
    function work(recording) {
        if (recording.state === 'awaited')
            return fetchOne(recording);
        if (recording.state === 'kept' && recording.carrierId)
            return removeThere(recording);
        return end(recording);
    }
    async function fetchOne(recording) {
        const { _id, carrierId, at, attempts } = recording;
        const fetched = carrierId ? await source.fetch(world.vault.decrypt('recordingCarrierId', _id, carrierId)) : { failed: 'noCarrierId' };
        const outcome = 'bytes' in fetched ? checked(fetched.bytes) : fetched;
        if ('seconds' in outcome) {
            await files.keep(_id, outcome.bytes);
            if (!(await change(recording, { state: 'kept', seconds: outcome.seconds, dueAt: world.now(), attempts: 0 })))
                await files.remove(_id);
            return;
        }
        if ('failed' in outcome && world.now().getTime() - at.getTime() < GIVEN_UP_MS)
            return void (await change(recording, { reason: outcome.failed, dueAt: later(attempts) }));
        await lost(_id, 'neverCame');
        await change(recording, { state: 'lost', reason: 'wrong' in outcome ? outcome.wrong : outcome.failed, dueAt: await endOfTerm(recording) });
    }
    /** Deletes the carrier's copy: anybody who has its address can hear it. */
    async function removeThere(recording) {
        if (recording.carrierId && !(await source.remove(world.vault.decrypt('recordingCarrierId', recording._id, recording.carrierId))))
            return void (await change(recording, { dueAt: later(recording.attempts) }));
        const { _id, state } = recording;
        await collection(Recording).updateOne({ _id, state }, { $set: { dueAt: await endOfTerm(recording), attempts: 0 }, $unset: { carrierId: 1, reason: 1 } });
    }
    async function end(recording) {
        const { _id, carrierId, attempts } = recording;
        await files.remove(_id);
        if (carrierId && !(await source.remove(world.vault.decrypt('recordingCarrierId', _id, carrierId))))
            return void (await change(recording, { state: 'ending', dueAt: later(attempts) }));
        await lost(_id, 'deleted');
        await collection(Recording).deleteOne({ _id });
    }
    /** Changes a recording; gives false if its person has asked for its deletion meanwhile. */
    async function change({ _id, state }, to) {
        return (await collection(Recording).updateOne({ _id, state }, { $set: to })).matchedCount === 1;
    }
    function later(attempts) {
        return new Date(world.now().getTime() + Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.min(attempts, 20)));
    }
    async function endOfTerm({ community, at }) {
        const { keep } = (await findCommunity(community)) ?? {};
        return new Date(at.getTime() + (keep?.recordings ?? RECORDINGS_DAYS) * DAY_MS);
    }
}
function checked(bytes) {
    const seconds = mp3Seconds(bytes) ?? amrSeconds(bytes) ?? wavSeconds(bytes);
    if (seconds === undefined)
        return { wrong: 'notAudio' };
    return seconds > LONGEST_SECONDS ? { wrong: 'tooLong' } : { bytes, seconds };
}
function claimDue({ now }) {
    const at = now();
    return collection(Recording).findOneAndUpdate({ dueAt: { $lte: at } }, { $set: { dueAt: new Date(at.getTime() + LEASE_MS) }, $inc: { attempts: 1 } }, { sort: { dueAt: 1 }, returnDocument: 'after', promoteBuffers: true });
}
