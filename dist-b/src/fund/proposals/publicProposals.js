import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { maskNumbers } from '../../store/text.js';
import { isOpenState, OPEN_STATES, onPublicList, Proposal, proposalText, refusalOf, standingDecision, } from './proposal.js';
import { supportsOf } from './support.js';
const PAGE = 200;
/** A page of a cycle's public proposals, newest first, at most `most` of them. With `before`, only proposals with lower numbers. */
export async function publicProposals({ vault }, cycle, before, most = PAGE) {
    const wanted = { ...onPublicList(cycle), ...(before !== undefined && { '_id.number': { $lt: before } }) };
    const found = await forReaders(Proposal)
        .find(wanted, { sort: { '_id.number': -1 }, limit: most })
        .toArray();
    const supports = await supportsOf(cycle, found.map(({ _id }) => _id.number));
    return found.map((record) => publicProposal(record, publicText(vault, record), supports));
}
/**
 * The public proposals of a cycle whose given opinion is that they can be done, by number; not those that became part of another one or were refused. If
 * a council decided on one, it is among them only while a decision stands that recommends it; one on which no council decided, only while the council
 * has recommended none.
 */
export async function feasibleProposals({ vault }, cycle) {
    const isFeasible = { 'opinion.isFeasible': true, 'opinion.given': { $exists: true }, mergedInto: { $exists: false } };
    const isLeft = { state: { $in: [...OPEN_STATES, 'project'] } };
    const [found, recommended] = await Promise.all([
        collection(Proposal)
            .find({ ...onPublicList(cycle), ...isFeasible, ...isLeft }, { sort: { '_id.number': 1 } })
            .toArray(),
        collection(Proposal).findOne({ '_id.cycle': cycle, 'council.decision': 'recommended' }, { projection: { _id: 1 } }),
    ]);
    const left = found.filter((proposal) => (proposal.council || recommended ? standingDecision(proposal)?.decision === 'recommended' : true));
    return left.map((proposal) => ({
        ...{ number: proposal._id.number, text: proposalText(vault, proposal), cost: proposal.opinion?.cost ?? null },
        ...(proposal.category !== undefined && { category: proposal.category }),
        ...(proposal.project !== undefined && { project: proposal.project }),
    }));
}
/** A proposal's text, with the numbers of phones, IDs and banks masked; empty while a spoken one is not written down. */
export function publicText(vault, record) {
    return maskNumbers(proposalText(vault, record));
}
/** A proposal that is on the public list, as anyone may read it. `text`: its `publicText`. `supports`: how many residents support each, by number. */
export function publicProposal({ _id, at, channel, origin, category, spoken, state, project, mergedInto, opinion, council }, text, supports) {
    return {
        number: _id.number,
        at: at.toISOString(),
        channel: channel === origin ? channel : null,
        origin,
        category: category ?? null,
        text,
        ...(spoken && spoken.state !== 'writtenDown' && { spoken: spoken.state }),
        state,
        project: project ?? null,
        supports: supports.get(_id.number) ?? 0,
        mergedInto: mergedInto ?? null,
        reason: refusalOf({ state, opinion, council }) ?? null,
        cost: opinion?.given && opinion.isFeasible ? (opinion.cost ?? null) : null,
    };
}
/** The most parts of one proposal that its story names. */
const PARTS = 100;
/** The story of a proposal; null if there is none of this number, or it is not on the public list. */
export async function proposalStory({ vault }, cycle, number) {
    const record = await forReaders(Proposal).findOne({ ...onPublicList(cycle), _id: { cycle, number } });
    if (!record)
        return null;
    const [parts, supports] = await Promise.all([
        forReaders(Proposal)
            .find({ ...onPublicList(cycle), mergedInto: number }, { sort: { '_id.number': 1 }, limit: PARTS, projection: { history: 1 } })
            .toArray(),
        supportsOf(cycle, [number]),
    ]);
    const proposal = publicProposal(record, publicText(vault, record), supports);
    const joined = parts.map(({ _id, history }) => {
        const merged = history.findLast(({ state }) => state === 'merged');
        return { at: merged?.at ?? record.at, kind: 'joined', part: _id.number };
    });
    const proposed = { at: record.at, kind: 'proposed' };
    const steps = [proposed, ...joined, ...record.history.map((_, index) => stepOf(record, proposal, index))];
    return { proposal, steps: steps.toSorted((one, other) => one.at.getTime() - other.at.getTime()) };
}
/** What one change in a proposal's history was: a change says only the state, the rest is seen from what stands around it. */
function stepOf({ history, mergedInto, opinion, council }, { cost }, index) {
    const change = history[index];
    if (!change)
        throw new RangeError('A history has no change at this place.');
    const { state, at } = change;
    const before = history[index - 1]?.state;
    if (state === 'merged' && isLastMerge() && mergedInto !== undefined)
        return { at, kind: 'merged', into: mergedInto };
    if (before === 'merged' && isOpenState(state))
        return { at, kind: 'apart' };
    if (state === 'merged' && history.slice(index + 1).some((later) => later.state !== 'merged'))
        return { at, kind: 'merged' };
    if (council?.at.getTime() === at.getTime()) {
        const { decision, meeting, reason: why } = council;
        return { at, kind: 'council', decision, meeting, ...(why !== undefined && { reason: maskNumbers(why) }) };
    }
    if (opinion?.given?.at.getTime() === at.getTime()) {
        if (!opinion.isFeasible && opinion.reason)
            return { at, kind: 'refused', code: opinion.reason, sentence: maskNumbers(opinion.sentence ?? '') };
        if (cost !== null)
            return { at, kind: 'costed', cost };
    }
    if (state === 'received')
        return { at, kind: 'back' };
    return { at, kind: 'state', state };
    function isLastMerge() {
        return history.findLastIndex((each) => each.state === 'merged') === index;
    }
}
