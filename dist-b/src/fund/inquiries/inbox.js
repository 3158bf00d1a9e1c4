import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { pagesOf, readersLookUps } from '../../store/lookUps.js';
import { perWorld } from '../../store/world.js';
import { checkView } from '../people/index.js';
import { answerText, dueAt, Inquiry, inquiryAddress, inquiryText } from './inquiry.js';
/** The inquiries in a community's inbox that have no answer, by number. `isAll`: the answered ones, too. */
export async function inbox(world, community, isAll) {
    const inquiries = await collection(Inquiry)
        .find({ '_id.community': community, ...(!isAll && { answer: { $exists: false } }) }, { sort: { '_id.number': 1 } })
        .toArray();
    return inquiries.map((inquiry) => itemOf(world, inquiry));
}
/** An inquiry as it is read. */
export function itemOf({ vault }, inquiry) {
    const { _id, kind, at, channel, answer, spoken, taken } = inquiry;
    return {
        number: _id.number,
        kind,
        at,
        channel,
        get address() {
            return inquiryAddress(vault, inquiry); // not shown in a list, so that it is not decrypted for one
        },
        text: inquiryText(vault, inquiry),
        due: dueAt(at),
        ...(spoken && { spoken: spoken.state, recording: spoken.recording }),
        ...(taken && { taken }),
        ...(answer && { answer: { ...answer, text: answerText(vault, inquiry) ?? '' } }),
    };
}
/**
 * A page of a community's inbox: what waits, all or what nobody or somebody took, the oldest first, or what was answered, the newest first. `more`: others follow. Rejects with
 * `not-allowed` (`checkView`).
 */
export function readInbox(world) {
    const ask = pages(world);
    return async (community, wanted, actor) => {
        checkView(actor, 'inbox', community);
        const { limit, state, who } = wanted;
        const found = await ask(JSON.stringify({ community, ...wanted, who: state === 'mine' ? who : undefined }));
        return { items: found.slice(0, limit), more: found.length > limit };
    };
}
const pages = perWorld((world) => readersLookUps(world)(pagesOf(Inquiry, pageOf, (inquiry) => itemOf(world, inquiry))));
function pageOf({ community, state, who, kind, after, limit }) {
    const isWaiting = state !== 'answered';
    const which = {
        '_id.community': community,
        'answer.at': isWaiting ? null : { $gt: new Date(0) },
        ...(state === 'new' && { taken: { $exists: false } }),
        ...(state === 'mine' && { 'taken.who': who ?? '' }),
        ...(kind && { kind }),
        ...(after !== undefined && { '_id.number': isWaiting ? { $gt: after } : { $lt: after } }),
    };
    return [{ $match: which }, { $sort: { '_id.number': isWaiting ? 1 : -1 } }, { $limit: limit + 1 }, { $project: { from: 0, resident: 0, key: 0 } }];
}
/** How many inquiries wait for an answer, since when, and the number of the first one, by kind. Rejects with `not-allowed` (`checkView`). */
export async function waitingInquiries(community, actor) {
    checkView(actor, 'waiting', community);
    return forReaders(Inquiry)
        .aggregate([
        { $match: { '_id.community': community, 'answer.at': null } },
        { $group: { _id: '$kind', count: { $sum: 1 }, since: { $min: '$at' }, first: { $min: '$_id.number' } } },
        { $project: { _id: 0, kind: '$_id', count: 1, since: 1, first: 1 } },
        { $sort: { since: 1 } },
    ])
        .toArray();
}
/** How many inquiries have no answer, by the slug of the community; those of the communities in which any do. */
export async function inquiriesAmong(communities) {
    const found = await forReaders(Inquiry)
        .aggregate([
        { $match: { 'answer.at': null, '_id.community': { $in: [...communities] } } },
        { $group: { _id: '$_id.community', count: { $sum: 1 }, since: { $min: '$at' } } },
    ], { hint: { 'answer.at': 1, '_id.community': 1, at: 1 } })
        .toArray();
    return new Map(found.map(({ _id, count, since }) => [_id, { count, since }]));
}
