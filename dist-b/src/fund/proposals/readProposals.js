import { forReaders } from '../../store/connect.js';
import { maskNumbers } from '../../store/text.js';
import { checkView, maySee } from '../people/index.js';
import { canBeGiven } from './opinions.js';
import { OPEN_STATES, PROPOSAL_STATES, Proposal, proposalAddress, proposalOf, proposalText, } from './proposal.js';
import { supportsOf } from './support.js';
import { sharedSupports, sharedTexts } from './textsOf.js';
/** What is still to be done with proposals, or done. */
export const PROPOSAL_VIEWS = ['all', 'unsorted', 'unexamined', 'drafted', 'unanswered', 'given'];
const OPEN = { state: { $in: [...OPEN_STATES] }, hidden: { $exists: false }, text: { $exists: true } };
const VIEW = {
    all: {},
    unsorted: { ...OPEN, category: { $exists: false } },
    unexamined: { ...OPEN, opinion: { $exists: false } },
    drafted: { ...OPEN, opinion: { $exists: true }, 'opinion.given': { $exists: false } },
    unanswered: { state: 'received', hidden: { $exists: false }, 'opinion.given': { $exists: false } },
    given: { 'opinion.given': { $exists: true } },
};
/**
 * A page of a cycle's proposals. `after`: by number, the number behind which it begins; by supports, how many come before it. Rejects with
 * `not-allowed` (`checkView`).
 */
export function readProposals(world) {
    return async (of, wanted, actor) => {
        checkView(actor, 'proposals', of.community);
        const { after, limit, by, isDescending } = wanted;
        const filter = await filterOf(world, of, wanted, actor);
        const proposals = forReaders(Proposal);
        if (by === 'supports') {
            const numbers = await bySupports(world, of.cycle, filter, isDescending);
            const from = after ?? 0;
            const shown = numbers.slice(from, from + limit);
            const found = await proposals.find({ '_id.cycle': of.cycle, '_id.number': { $in: shown } }).toArray();
            const ordered = found.toSorted((one, other) => shown.indexOf(one._id.number) - shown.indexOf(other._id.number));
            const next = from + limit < numbers.length ? from + limit : undefined;
            return { proposals: await seenBy(world, of, actor, ordered), next, count: numbers.length };
        }
        const behind = after === undefined ? filter : { $and: [filter, { '_id.number': isDescending ? { $lt: after } : { $gt: after } }] };
        const [found, count] = await Promise.all([
            proposals.find(behind, { sort: { '_id.number': isDescending ? -1 : 1 }, limit: limit + 1 }).toArray(),
            proposals.countDocuments(filter),
        ]);
        const shown = found.slice(0, limit);
        const next = found.length > limit ? shown.at(-1)?._id.number : undefined;
        return { proposals: await seenBy(world, of, actor, shown), next, count };
    };
}
/** Some proposals of a cycle by number, those that the reader may see, in the order of their numbers. Rejects with `not-allowed` (`checkView`). */
export function readSomeProposals(world) {
    return async (of, which, actor) => {
        checkView(actor, 'proposals', of.community);
        const wanted = 'numbers' in which ? { '_id.number': { $in: [...which.numbers] } } : which;
        const found = await forReaders(Proposal)
            .find({ '_id.cycle': of.cycle, ...seen(of, actor), ...wanted }, { sort: { '_id.number': 1 } })
            .toArray();
        return seenBy(world, of, actor, found);
    };
}
/**
 * The proposal that follows another one in a list, whether or not that one is still in it; behind the last one the first. Undefined if there is no
 * other. Rejects with `not-allowed` (`checkView`).
 */
export function nextProposal(world) {
    return async (of, wanted, number, actor) => {
        checkView(actor, 'proposals', of.community);
        const { by, isDescending } = wanted;
        const filter = await filterOf(world, of, wanted, actor);
        if (by === 'supports') {
            const numbers = await bySupports(world, of.cycle, filter, isDescending);
            const next = numbers[numbers.indexOf(number) + 1] ?? numbers[0];
            return next === number ? undefined : next;
        }
        const first = (which) => forReaders(Proposal).findOne({ $and: [filter, which] }, { sort: { '_id.number': isDescending ? -1 : 1 }, projection: { _id: 1 } });
        const found = (await first({ '_id.number': isDescending ? { $lt: number } : { $gt: number } })) ?? (await first({ '_id.number': { $ne: number } }));
        return found?._id.number;
    };
}
/** How many of a list's proposals have an opinion, a draft or a given one; merged ones do not count. Rejects with `not-allowed` (`checkView`). */
export function countExamined(world) {
    return async (of, { category, search }, actor) => {
        checkView(actor, 'proposals', of.community);
        const filter = await filterOf(world, of, { view: 'all', category, search }, actor);
        const counted = (which) => forReaders(Proposal).countDocuments({ $and: [...filter.$and, { state: { $in: NOT_MERGED } }, which] });
        const [examined, all] = await Promise.all([counted({ 'opinion.at': { $exists: true } }), counted({})]);
        return { examined, all };
    };
}
const NOT_MERGED = PROPOSAL_STATES.filter((state) => state !== 'merged');
/** How many proposals of a cycle are in no category, and how many have no answer, and since when. Rejects with `not-allowed` (`checkView`). */
export async function waitingProposals({ community, cycle }, actor) {
    checkView(actor, 'waiting', community);
    const counted = async (which) => {
        const [found] = await forReaders(Proposal)
            .aggregate([
            { $match: { '_id.cycle': cycle, ...which } },
            { $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' } } },
            { $project: { _id: 0 } },
        ])
            .toArray();
        return found ?? { count: 0 };
    };
    const [unsorted, unanswered] = await Promise.all([counted(VIEW.unsorted), counted(VIEW.unanswered)]);
    return { unsorted, unanswered };
}
/** What a reader may see: who sees no names sees only what everybody can read. */
function seen({ community }, actor) {
    return maySee(actor, 'proposalNames', community) ? {} : { public: true, hidden: { $exists: false } };
}
async function filterOf(world, of, wanted, actor) {
    const { view, state, category, search } = wanted;
    const found = search === undefined ? undefined : await withWords(world, of.cycle, search);
    return {
        $and: [
            { '_id.cycle': of.cycle, ...(found && { '_id.number': { $in: found } }) },
            seen(of, actor),
            VIEW[view],
            { ...(state && { state }), ...(category !== undefined && { category }) },
        ].filter((which) => Object.keys(which).length > 0),
    };
}
/** The numbers of the proposals in whose text all these words stand. */
async function withWords(world, cycle, search) {
    const words = search.toLowerCase().split(/\s+/);
    const numbers = [];
    for (const [number, text] of await sharedTexts(world)(cycle)) {
        const lower = text.toLowerCase();
        if (words.every((word) => lower.includes(word)))
            numbers.push(number);
    }
    return numbers;
}
/** The numbers of the proposals, by how many support them; those that have as many, by number. */
async function bySupports(world, cycle, filter, isDescending = false) {
    const [found, supports] = await Promise.all([
        forReaders(Proposal)
            .find(filter, { projection: { _id: 1 } })
            .toArray(),
        sharedSupports(world)(cycle),
    ]);
    const numbers = found.map(({ _id }) => _id.number);
    const count = (number) => supports.get(number) ?? 0;
    return numbers.toSorted((one, other) => (isDescending ? count(other) - count(one) : count(one) - count(other)) || one - other);
}
async function seenBy(world, { community, cycle }, actor, found) {
    if (found.length === 0)
        return [];
    const supports = await supportsOf(cycle, found.map(({ _id }) => _id.number));
    const seesNames = maySee(actor, 'proposalNames', community);
    const seesPhones = maySee(actor, 'proposalPhones', community);
    return found.map((proposal) => {
        const { _id, at, origin, channel, category, distinct, opinion, state, project, mergedInto, history, writtenBy, hidden, spoken } = proposal;
        const text = proposalText(world.vault, proposal);
        return {
            ...{ number: _id.number, at, origin, state, history },
            ...(channel && { channel }),
            ...(category !== undefined && { category }),
            ...(distinct && { distinct }),
            ...(opinion && { opinion }),
            ...(project !== undefined && { project }),
            ...(mergedInto !== undefined && { mergedInto }),
            ...(writtenBy !== undefined && { writtenBy }),
            ...(hidden && { hidden }),
            text: seesPhones ? text : maskNumbers(text),
            isPublic: proposal.public,
            isSpoken: spoken !== undefined && text === '',
            supports: supports.get(_id.number) ?? 0,
            isWhole: canBeGiven(proposal),
            ...(seesNames && { whose: proposalOf(world.vault, proposal) }),
            ...(seesPhones && { address: proposalAddress(world.vault, proposal) }),
        };
    });
}
