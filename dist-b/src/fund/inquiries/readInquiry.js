import { forReaders } from '../../store/connect.js';
import { checkView, holdersOf, personOf, Resident } from '../people/index.js';
import { amrSeconds, soundAlone, wavSeconds } from './audio.js';
import { itemOf } from './inbox.js';
import { answerText, Inquiry, inquiryAddress, inquiryText } from './inquiry.js';
import { Recording, recordingFiles } from './recording.js';
const MOST_BEFORE = 10;
/** One inquiry as a whole; null if there is none. Rejects with `not-allowed` (`checkView`). */
export function readInquiry(world) {
    return async (community, number, actor) => {
        checkView(actor, 'inbox', community);
        const inquiry = await forReaders(Inquiry).findOne({ _id: { community, number } }, { promoteBuffers: true });
        if (!inquiry)
            return null;
        const [before, writers] = await Promise.all([earlier(world, inquiry), writersOf(world, inquiry)]);
        return { item: itemOf(world, inquiry), before, writers };
    };
}
/** What came from the same phone or chat before. */
async function earlier(world, { _id, from }) {
    if (from === undefined)
        return [];
    const found = await forReaders(Inquiry)
        .find({ from, '_id.community': _id.community, '_id.number': { $lt: _id.number } }, { sort: { '_id.number': -1 }, limit: MOST_BEFORE, promoteBuffers: true })
        .toArray();
    return found.reverse().map((inquiry) => itemOf(world, inquiry));
}
async function writersOf(world, inquiry) {
    const address = inquiryAddress(world.vault, inquiry);
    if (address === undefined)
        return [];
    const { _id, channel, resident } = inquiry;
    const { holders } = await holdersOf(world)({ community: _id.community, channel, address });
    const ids = resident === undefined ? holders.map((holder) => holder.resident) : [resident];
    const found = await forReaders(Resident)
        .find({ _id: { $in: ids } }, { projection: { person: 1, building: 1, language: 1 }, promoteBuffers: true })
        .toArray();
    return found.map(({ building, language, ...who }) => {
        const { rosterId: id, name } = personOf(world.vault, who);
        return { resident: who._id, id, name, building, language };
    });
}
/** Newest questions of a community's inbox that got an answer, `limit` at most, the newest first. Rejects with `not-allowed` (`checkView`). */
export function answersGiven(world) {
    return async (community, limit, actor) => {
        checkView(actor, 'inbox', community);
        const found = await forReaders(Inquiry)
            .find({ '_id.community': community, answer: { $exists: true }, kind: 'question' }, { sort: { '_id.number': -1 }, limit, promoteBuffers: true })
            .toArray();
        return found.flatMap((inquiry) => {
            const [asks, says] = [inquiryText(world.vault, inquiry), answerText(world.vault, inquiry) ?? ''];
            return asks !== '' && says !== '' ? [{ asks, says }] : [];
        });
    };
}
/**
 * The sound of a recording, without what its file tells besides; null if the community has none by this id, or has it no more. Rejects with `not-allowed`
 * (`checkView`).
 */
export function readSound(world) {
    const files = recordingFiles(world);
    return async (community, recording, actor) => {
        checkView(actor, 'inbox', community);
        const isTheirs = await forReaders(Recording).findOne({ _id: recording, community, state: 'kept' }, { projection: { _id: 1 } });
        const bytes = isTheirs && (await files.read(recording));
        if (!bytes)
            return null;
        if (wavSeconds(bytes) !== undefined)
            return { type: 'wav', bytes };
        return amrSeconds(bytes) === undefined ? { type: 'mp3', bytes: soundAlone(bytes) } : { type: 'amr', bytes };
    };
}
