import { forReaders } from '../../store/connect.js';
import { maskNumbers } from '../../store/text.js';
import { communityForReaders } from '../communities/index.js';
import { checkView } from '../people/index.js';
import { picturesOf } from '../pictures/index.js';
import { sharedTexts } from '../proposals/index.js';
import { addendumText, attendanceOf, Meeting, notesOf, ofMeeting } from './meeting.js';
import { publicPicture } from './publicPublication.js';
/** The meetings of a cycle, the newest first. Rejects with `not-allowed` (`checkView`). */
export function readMeetings(world) {
    return async ({ community, cycle }, actor) => {
        checkView(actor, 'meetings', community);
        const council = (await communityForReaders(world)(community))?.council;
        return (await meetingsOf(cycle)).map((meeting) => listed(meeting, council, world.now()));
    };
}
/** One of a community's meetings; null if there is none. Rejects with `not-allowed` (`checkView`). */
export function readMeeting(world) {
    return async ({ community, cycle, number }, actor) => {
        checkView(actor, 'meetings', community);
        return read(world, community, cycle, number);
    };
}
async function read(world, community, cycle, number) {
    const meeting = await forReaders(Meeting).findOne({ _id: { cycle, number }, community }, { promoteBuffers: true });
    if (!meeting)
        return null;
    const { vault } = world;
    const { _id, roll, signatures, addenda, final, revision } = meeting;
    const [place, pictures, texts] = await Promise.all([
        communityForReaders(world)(community),
        picturesOf(community, ofMeeting(_id)),
        sharedTexts(world)(cycle),
    ]);
    return {
        ...listed(meeting, place?.council, world.now()),
        ...{ cycle, roll, revision, final, pictures },
        notes: maskNumbers(notesOf(vault, meeting)),
        signatures: signatures.map(({ name, role, at }) => ({ name, role, at })),
        addenda: addenda.map(({ text, by, role, at }, index) => ({ text: maskNumbers(addendumText(vault, _id, index, text)), by, role, at })),
        texts: new Map(meeting.items.map(({ proposal }) => [proposal, maskNumbers(texts.get(proposal) ?? '')])),
    };
}
/** What is public of a cycle's meetings, the newest first. No name of anybody is in it; phone, ID and bank numbers are masked. */
export async function publicMeetings(world, community, cycle) {
    const council = (await communityForReaders(world)(community))?.council;
    return Promise.all((await meetingsOf(cycle)).map((meeting) => opened(world, meeting, listed(meeting, council, world.now()))));
}
async function opened({ vault }, meeting, { number, at, place, state, members, there, isQuorate }) {
    const { _id, community, items, final, addenda } = meeting;
    const pictures = await picturesOf(community, ofMeeting(_id));
    const isFinal = final !== undefined;
    const notes = isFinal ? maskNumbers(notesOf(vault, meeting)) : '';
    return {
        ...{ number, at: at.toISOString(), place: maskNumbers(place), state },
        ...{ members: isFinal ? members : null, present: isFinal ? there : null, quorate: isFinal ? isQuorate : null },
        items: items.map(({ proposal, decision, reason, ...votes }) => ({
            proposal,
            for: isFinal ? (votes.for ?? null) : null,
            against: isFinal ? (votes.against ?? null) : null,
            abstained: isFinal ? (votes.abstained ?? null) : null,
            decision: isFinal ? (decision ?? null) : null,
            reason: isFinal && reason !== undefined ? maskNumbers(reason) : null,
        })),
        notes: notes === '' ? null : notes,
        finalAt: final?.at.toISOString() ?? null,
        addenda: addenda.map(({ at: added, text }, index) => ({ at: added.toISOString(), text: maskNumbers(addendumText(vault, _id, index, text)) })),
        pictures: pictures.map(publicPicture),
    };
}
/** How many meetings have been held whose minutes are not final, and since when. Rejects with `not-allowed` (`checkView`). */
export function waitingMinutes(world) {
    return async (community, actor) => {
        checkView(actor, 'waiting', community);
        const wanted = { community, 'final.at': null, at: { $lte: world.now() } };
        const held = await forReaders(Meeting)
            .find(wanted, { sort: { at: 1 }, projection: { at: 1 }, limit: MOST })
            .toArray();
        const [first] = held;
        return { count: held.length, ...(first && { since: first.at }) };
    };
}
/** The most meetings of one cycle. */
const MOST = 100;
function meetingsOf(cycle) {
    return forReaders(Meeting)
        .find({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, limit: MOST, promoteBuffers: true })
        .toArray();
}
function listed(meeting, council, now) {
    const { _id, at, place, items, final, signatures } = meeting;
    const state = final ? 'final' : at > now ? 'planned' : 'draft';
    const shown = items.map(({ reason, ...item }) => ({ ...item, ...(reason !== undefined && { reason: maskNumbers(reason) }) }));
    return { number: _id.number, at, place, state, items: shown, signed: signatures.length, ...attendanceOf(meeting, council) };
}
