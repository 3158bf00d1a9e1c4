import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { Inquiry, inquiryAddress, inquiryText, Recording } from '../inquiries/index.js';
import { checkView } from '../people/index.js';
import { Proposal, proposalAddress, proposalText } from './proposal.js';
/** What was spoken in a community and is not written down, oldest first. `isAll`: what is written down, too. */
export function spokenItems(world, community, isAll) {
    return itemsOf(world, community, isAll ? { spoken: { $exists: true } } : { 'spoken.state': { $in: ['beingWrittenDown', 'lost'] } });
}
/**
 * The same for somebody of the staff, `limit` at a time: what waits to be written down. `after`: `next` of those before. Rejects with `not-allowed`
 * (`checkView`).
 */
export function readSpokenItems(world) {
    return async (community, { after, limit }, actor) => {
        checkView(actor, 'inbox', community);
        const found = await itemsOf(world, community, { 'spoken.state': 'beingWrittenDown', ...behind(after) }, limit + 1);
        const items = found.slice(0, limit);
        const last = items.at(-1);
        return { items, next: last && found.length > limit ? `${last.at.getTime()}-${last.id}` : undefined };
    };
}
function behind(after) {
    const [, moment, recording] = /^(\d{1,15})-([0-9a-f]{12})$/.exec(after ?? '') ?? [];
    if (moment === undefined || recording === undefined)
        return undefined;
    const at = new Date(Number(moment));
    return { at: { $gte: at }, $or: [{ at: { $gt: at } }, { 'spoken.recording': { $gt: recording } }] };
}
/** One spoken item of a community, by the id of its recording; null if there is none. Rejects with `not-allowed` (`checkView`). */
export function readSpokenItem(world) {
    return async (community, recording, actor) => {
        checkView(actor, 'inbox', community);
        return (await itemsOf(world, community, { 'spoken.recording': recording }))[0] ?? null;
    };
}
/** The oldest first; `limit`: no more of them. */
async function itemsOf({ vault }, community, spoken, limit) {
    const inOrder = { sort: { at: 1, 'spoken.recording': 1 }, ...(limit !== undefined && { limit }) };
    const [proposals, inquiries] = await Promise.all([
        collection(Proposal)
            .find({ community, ...spoken }, inOrder)
            .toArray(),
        collection(Inquiry)
            .find({ '_id.community': community, ...spoken }, inOrder)
            .toArray(),
    ]);
    const ids = [...proposals, ...inquiries].flatMap((item) => item.spoken?.recording ?? []);
    const recordings = await collection(Recording)
        .find({ _id: { $in: ids } }, { projection: { carrierId: 0 } })
        .toArray();
    const kept = new Map(recordings.map((recording) => [recording._id, recording]));
    const items = [
        ...proposals.map((proposal) => ({
            ...proposal,
            kind: 'proposal',
            number: proposal._id.number,
            address: proposalAddress(vault, proposal),
            text: proposalText(vault, proposal),
        })),
        ...inquiries.map((inquiry) => ({
            ...inquiry,
            number: inquiry._id.number,
            address: inquiryAddress(vault, inquiry),
            text: inquiryText(vault, inquiry),
        })),
    ];
    return items
        .toSorted((one, other) => one.at.getTime() - other.at.getTime() || ((one.spoken?.recording ?? '') < (other.spoken?.recording ?? '') ? -1 : 1))
        .slice(0, limit)
        .map(({ spoken, kind, number, at, address, text }) => {
        const { state = 'deleted', seconds, reason } = kept.get(spoken?.recording ?? '') ?? {};
        return { id: spoken?.recording, kind, number, at, written: spoken?.state, sound: state, seconds, reason, address, text };
    });
}
/** How many recordings wait to be written down, and since when. Rejects with `not-allowed` (`checkView`). */
export async function waitingRecordings(community, actor) {
    checkView(actor, 'waiting', community);
    const spoken = { 'spoken.state': 'beingWrittenDown' };
    const total = [{ $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' } } }];
    const [proposals, inquiries] = await Promise.all([
        forReaders(Proposal)
            .aggregate([{ $match: { community, ...spoken } }, ...total])
            .toArray(),
        forReaders(Inquiry)
            .aggregate([{ $match: { '_id.community': community, ...spoken } }, ...total])
            .toArray(),
    ]);
    const found = [...proposals, ...inquiries].toSorted((one, other) => one.since.getTime() - other.since.getTime());
    const count = found.reduce((sum, each) => sum + each.count, 0);
    return { count, ...(found[0] && { since: found[0].since }) };
}
