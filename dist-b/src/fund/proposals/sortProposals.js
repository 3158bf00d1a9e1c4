import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { communityForReaders, findCommunity } from '../communities/index.js';
import { cycleBefore, findCycle } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { proposalChanged, unlessChanged } from './moveOn.js';
import { nearestToEach } from './nearest.js';
import { Proposal, proposalText } from './proposal.js';
/**
 * Puts proposals into a category of the community's list; without `category`, out of theirs. Those that are in it already are left alone. `was`: the
 * category that whoever sorts them saw, empty if none; another one is not overwritten. Rejects with `not-allowed` (`checkRight`).
 */
export function sortProposals(world) {
    return async ({ cycle, numbers, category, was, actor }) => {
        const found = await collection(Proposal)
            .find({ '_id.cycle': cycle, '_id.number': { $in: [...numbers] } }, { sort: { '_id.number': 1 }, projection: { community: 1, category: 1 } })
            .toArray();
        const [first] = found;
        if (!first || found.length < new Set(numbers).size)
            return { refused: 'noProposal' };
        const acting = checkRight(actor, 'sortProposals', first.community);
        const community = await findCommunity(first.community);
        if (category !== undefined && !community?.categories?.some(({ name }) => name === category))
            return { refused: 'noCategory' };
        const changed = found.filter((proposal) => proposal.category !== category);
        if (changed.length === 0)
            return { sorted: [] };
        return unlessChanged(withLog(world)(first.community, async (session, write) => {
            const which = {
                ...{ '_id.cycle': cycle, '_id.number': { $in: changed.map(({ _id }) => _id.number) } },
                ...(was !== undefined && { category: was === '' ? { $exists: false } : was }),
            };
            const change = category === undefined ? { $unset: { category: 1 } } : { $set: { category } };
            const { matchedCount } = await collection(Proposal).updateMany(which, change, { session });
            if (matchedCount < changed.length)
                throw proposalChanged();
            const before = Object.fromEntries(changed.map(({ _id, category }) => [_id.number, category ?? null]));
            await write({ ...acting, subject: `${cycle}/${listOf(changed.map(({ _id }) => _id.number))}`, detail: { before, after: { category } } });
            return { sorted: changed.map(({ _id }) => _id.number) };
        }));
    };
}
/**
 * Notes that two proposals look alike, but are not the same: they are not shown to each other any more. `isEarlier`: the other one is of the cycle before.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function keepApart(world) {
    return async ({ cycle, number, other, isEarlier = false, actor }) => {
        const its = isEarlier ? await cycleBeforeThis(world, cycle) : cycle;
        const [first, second] = await Promise.all([
            { cycle, number },
            { cycle: its, number: other },
        ].map((_id) => collection(Proposal).findOne({ _id }, { projection: { community: 1, distinct: 1, distinctBefore: 1 } })));
        if (!first || !second || (!isEarlier && number === other))
            return { refused: 'noProposal' };
        const acting = checkRight(actor, 'sortProposals', first.community);
        if ((isEarlier ? first.distinctBefore : first.distinct)?.includes(other))
            return { refused: 'already' };
        return withLog(world)(first.community, async (session, write) => {
            const note = (_id, change) => collection(Proposal).updateOne({ _id }, { $addToSet: change }, { session });
            const { modifiedCount } = await note(first._id, isEarlier ? { distinctBefore: other } : { distinct: other });
            if (modifiedCount === 0)
                return { refused: 'already' };
            if (!isEarlier)
                await note(second._id, { distinct: number });
            const after = isEarlier ? { distinct: [number, `${its}/${other}`] } : { distinct: [number, other] };
            await write({ ...acting, subject: `${cycle}/${isEarlier ? number : listOf([number, other])}`, detail: { after } });
            return { done: true };
        });
    };
}
/** Empty if there is none. */
async function cycleBeforeThis(world, id) {
    const cycle = await findCycle(id);
    return (cycle && (await cycleBefore(world)(cycle)))?._id ?? '';
}
/** Numbers as the subject of an entry of the log names them: `3`, `3+12`; of many, the first and how many more. */
export function listOf(numbers) {
    const SHOWN = 8;
    const shown = numbers.slice(0, SHOWN).join('+');
    return numbers.length > SHOWN ? `${shown}+${numbers.length - SHOWN} more` : shown;
}
/** A neighbour tells less than a word that the community chose itself. */
const OF_A_NEIGHBOUR = 0.8;
const NEIGHBOURS = 5;
/**
 * Suggests a category of the community's list for proposals of a cycle, by number; none for those of which nothing is known. It goes by the words of
 * the community and by the nearest proposals that are sorted already. It sets nothing: that is `sortProposals`.
 */
export function suggestCategories(world) {
    return async (cycle, numbers) => {
        const found = await forReaders(Proposal)
            .find({ '_id.cycle': cycle, '_id.number': { $in: [...numbers] }, text: { $exists: true } }, { projection: { text: 1, community: 1 }, sort: { '_id.number': 1 }, promoteBuffers: true })
            .toArray();
        const [first] = found;
        const categories = (first && (await communityForReaders(world)(first.community)))?.categories ?? [];
        if (categories.length === 0)
            return new Map();
        const near = await nearestToEach(world)(cycle, numbers, NEIGHBOURS);
        return new Map(found.flatMap((proposal) => {
            const suggested = suggestCategory(proposalText(world.vault, proposal), categories, near.get(proposal._id.number) ?? []);
            return suggested ? [[proposal._id.number, suggested]] : [];
        }));
    };
}
/** The category for which most speaks; of equals the one that stands first in the list. Undefined if nothing speaks for any. */
export function suggestCategory(text, categories, neighbours) {
    const written = text.toLowerCase();
    let best;
    let most = 0;
    for (const { name, words } of categories) {
        const said = words.filter((word) => written.includes(word.toLowerCase()));
        const like = neighbours.filter(({ category }) => category === name);
        const speaks = said.length + like.reduce((sum, { likeness }) => sum + likeness * OF_A_NEIGHBOUR, 0);
        if (speaks <= most)
            continue;
        most = speaks;
        best = { category: name, words: said, like: like.map(({ cycle, number }) => ({ cycle, number })) };
    }
    return best;
}
