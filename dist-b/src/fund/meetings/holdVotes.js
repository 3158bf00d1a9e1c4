import { collection } from '../../store/collection.js';
import { Cycle, holdVote, unopenedCycles } from '../cycles/index.js';
import { projectsMadeOf } from '../proposals/index.js';
import { Objection } from './objection.js';
import { Publication, publicationOf, publishedList } from './publication.js';
/**
 * Looks at all votes that have not opened. A vote is held back as long as no supervisor has found its publication right, the ballot differs from
 * it, or an objection is overdue (docs/contract.md: Proposals). What will be overdue is known ten days ahead, so that no vote opens because this
 * ran late. Harmless to repeat.
 */
export function holdVotes(world) {
    return async () => {
        const cycles = await unopenedCycles(world.now());
        if (cycles.length === 0)
            return;
        const [wrong, overdue] = await Promise.all([
            wrongSince(cycles.map(({ _id }) => _id)),
            firstDue([...new Set(cycles.map(({ community }) => community))]),
        ]);
        for (const cycle of cycles)
            await holdVote(world, cycle, firstOf(wrong.get(cycle._id), overdue.get(cycle._id)));
    };
}
/** The same for one cycle, in the session of an act that makes its publication right or wrong: nobody opens the vote before the next look. */
export async function holdAtOnce(world, id, session) {
    const cycle = await collection(Cycle).findOne({ _id: id, frozen: { $exists: false } }, { session });
    const publication = await publicationOf(id, session);
    if (!cycle || !publication)
        return;
    const overdue = await firstDue([cycle.community], session);
    await holdVote(world, cycle, firstOf(isRight(publication) ? undefined : publication.from, overdue.get(id)), session);
}
function firstOf(...moments) {
    return moments.filter((each) => each !== undefined).toSorted((one, other) => +one - +other)[0];
}
/** The moments since which publications of cycles are not right; only those that are not. */
async function wrongSince(cycles) {
    const found = await collection(Publication)
        .find({ '_id.cycle': { $in: [...cycles] } }, { sort: { '_id.cycle': 1, '_id.number': 1 }, projection: { check: 1, differs: 1, from: 1 } })
        .toArray();
    const newest = new Map(found.map((publication) => [publication._id.cycle, publication]));
    return new Map([...newest].flatMap(([cycle, publication]) => (isRight(publication) ? [] : [[cycle, publication.from]])));
}
function isRight({ check, differs }) {
    return check !== undefined && check.finding === undefined && differs === undefined;
}
/**
 * Notes, in the session of a change to the ballot, whether the ballot still says what is published, and holds the vote back while it does not.
 * People vote only on what they could object to.
 */
export async function compareBallot(world, id, projects, session) {
    const publication = await publicationOf(id, session);
    if (!publication)
        return;
    const isSame = await saysTheSame(world, publication, projects, session);
    if (isSame === (publication.differs === undefined))
        return;
    const change = isSame ? { $unset: { differs: 1 } } : { $set: { differs: world.now() } };
    await collection(Publication).updateOne({ _id: publication._id }, change, { session });
    await holdAtOnce(world, id, session);
}
/** Of a list of projects: they have the same numbers, titles and costs. Of a list of proposals: each is a project at the published cost, and no project is of anything else. */
async function saysTheSame({ vault }, publication, projects, session) {
    const list = publishedList(vault, publication);
    if (list.length !== projects.length)
        return false;
    const made = publication.ofProposals
        ? await projectsMadeOf(publication._id.cycle, list, session)
        : new Map(list.map(({ number }) => [number, number]));
    return list.every(({ number, title, cost }) => {
        const project = projects.find((each) => each.number === made.get(number));
        return project?.cost === cost && (publication.ofProposals || project?.title === title);
    });
}
/** The first day by which an objection should be answered that is not yet, by cycle. */
async function firstDue(communities, session) {
    const found = await collection(Objection)
        .aggregate([{ $match: { community: { $in: [...communities] }, 'answer.at': null } }, { $group: { _id: '$_id.cycle', due: { $min: '$due' } } }], { ...(session && { session }) })
        .toArray();
    return new Map(found.map(({ _id, due }) => [_id, due]));
}
