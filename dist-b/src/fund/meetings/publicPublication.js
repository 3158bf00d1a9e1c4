import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { maskNumbers } from '../../store/text.js';
import { dropPicture, keepPicture, picturesOf, } from '../pictures/index.js';
import { countObjections, objectionAnswer, objectionsOf, objectionText } from './objection.js';
import { Publication, publishedList } from './publication.js';
/** What is public of a cycle's publication; null if nothing is published. */
export async function publicPublication({ vault, now }, cycle) {
    const found = await forReaders(Publication).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 } });
    if (!found)
        return null;
    const [counts, objections, pictures] = await Promise.all([
        countObjections(found.community, cycle, now()),
        objectionsOf(cycle, true),
        picturesOf(found.community, ofBoard(cycle, found._id.number)),
    ]);
    const { check, from, to } = found;
    return {
        from: from.toISOString(),
        to: to.toISOString(),
        list: publishedList(vault, found),
        check: check ? { at: check.at.toISOString(), finding: check.finding === undefined ? null : maskNumbers(check.finding) } : null,
        unanswered: counts.open,
        answered: counts.answered,
        objections: objections.flatMap((objection) => answered(vault, objection)),
        pictures: pictures.map(publicPicture),
    };
}
/** The most publications of a cycle that a proposal's story looks into. */
const MOST = 50;
/**
 * When a proposal was on a list that was published before the vote, the earliest first: as itself, or as the project that it became, while the list says
 * of that what the ballot says now.
 */
export async function publishedWith({ vault }, cycle, number, project) {
    const found = await forReaders(Publication)
        .find({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, limit: MOST, promoteBuffers: true })
        .toArray();
    const isIn = (publication) => publishedList(vault, publication).some((item) => publication.ofProposals ? item.number === number : item.number === project?.number && item.title === project.title);
    return found
        .filter(isIn)
        .map(({ from }) => from)
        .reverse();
}
/** What anybody may know of a picture; numbers in its caption are masked. */
export function publicPicture({ id, width, height, at, caption }) {
    return { id, width, height, at: at.toISOString(), caption: caption === undefined ? null : maskNumbers(caption) };
}
function answered(vault, objection) {
    const { _id, about = null, at, answer } = objection;
    if (!answer)
        return [];
    return [
        {
            number: _id.number,
            about,
            at: at.toISOString(),
            answeredAt: answer.at.toISOString(),
            text: maskNumbers(objectionText(vault, objection)),
            answer: maskNumbers(objectionAnswer(vault, objection) ?? ''),
        },
    ];
}
/** Keeps a picture of the notice board with what is published; anybody may look at it. Rejects with `not-allowed` (`checkRight`). */
export function keepBoardPicture(world) {
    const keep = keepPicture(world);
    return async ({ cycle, number, ...given }) => {
        const { community } = given;
        const isThere = await collection(Publication).findOne({ _id: { cycle, number }, community }, { projection: { _id: 1 } });
        return isThere ? keep({ ...given, of: ofBoard(cycle, number) }) : { refused: 'noPublication' };
    };
}
/** Takes one away. Rejects with `not-allowed` (`checkRight`). */
export function dropBoardPicture(world) {
    const drop = dropPicture(world);
    return ({ cycle, number, ...given }) => drop({ ...given, of: ofBoard(cycle, number) });
}
/** A publication as its pictures belong to it. */
export function ofBoard(cycle, number) {
    return { kind: 'publication', id: `${cycle}/${number}` };
}
