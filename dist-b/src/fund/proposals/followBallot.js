import { collection } from '../../store/collection.js';
import { checkRight } from '../people/index.js';
import { recordState } from './decideProposal.js';
import { proposalChanged } from './moveOn.js';
import { isOpenState, Proposal } from './proposal.js';
/**
 * Keeps proposals true to the ballot, in the session of its change: the one that a project is made of becomes part of it, those of a project that goes are
 * considered again, and their proposers are notified; a new number of a project is theirs, too. Throws `proposalChanged` if somebody decided on it meanwhile.
 */
export async function followBallot(world, notify, { cycle, community, before, after, of, actor }, session, write) {
    const acting = checkRight(actor, 'setProposalState', community);
    const partOf = { '_id.cycle': cycle, project: before };
    if (before !== undefined && after !== undefined && after !== before)
        await collection(Proposal).updateMany(partOf, { $set: { project: after } }, { session });
    if (before !== undefined && after === undefined)
        for (const part of await collection(Proposal).find(partOf, { session }).toArray())
            await recordState(world, notify, part, { state: 'considered', acting }, session, write);
    if (of === undefined || after === undefined)
        return;
    const made = await collection(Proposal).findOne({ _id: { cycle, number: of } }, { session });
    if (!made || !isOpenState(made.state))
        throw proposalChanged();
    const set = await recordState(world, notify, made, { state: 'project', project: after, acting }, session, write);
    if ('refused' in set)
        throw proposalChanged();
}
/** The project that each of some proposals of a cycle is part of now, by the proposal's number, in a session; of two that are one project the first. */
export async function projectsMadeOf(cycle, proposals, session) {
    const numbers = proposals.map(({ number }) => number);
    const found = await collection(Proposal)
        .find({ '_id.cycle': cycle, '_id.number': { $in: numbers }, state: 'project' }, { session, sort: { '_id.number': 1 }, projection: { project: 1 } })
        .toArray();
    const made = new Map();
    for (const { _id, project } of found)
        if (project !== undefined && ![...made.values()].includes(project))
            made.set(_id.number, project);
    return made;
}
