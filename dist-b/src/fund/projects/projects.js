import { collection } from '../../store/collection.js';
import { Cycle, currentCycle, stageAt } from '../cycles/index.js';
import { dropPicture, keepPicture, movePictures, picturesAmong, picturesOf, } from '../pictures/index.js';
/** The projects of the current cycle; with a number, only that project. */
export function readProjects(world) {
    const current = currentCycle(world);
    return async ({ number }, act) => {
        const cycle = await current(act.community, act.at);
        const stage = cycle ? stageAt(cycle, act.at) : undefined;
        if (!cycle || !stage)
            return { none: true };
        const { projects, budget, currency } = cycle;
        if (number === undefined)
            return { projects: projects.map(ballotItem), budget, currency, stage };
        const project = projects.find((project) => project.number === number);
        return project ? { project: projectTold(project), currency } : { unknown: number };
    };
}
const LABEL_LENGTH = 12;
/** A project as SMS and voice name it: its `short`, else its title, cut to 12 characters with "…". */
export function ballotItem({ number, title, short, cost }) {
    const characters = [...title];
    const cut = characters.length > LABEL_LENGTH ? `${characters.slice(0, LABEL_LENGTH - 1).join('')}…` : title;
    return { number, label: short ?? cut, cost };
}
/** Takes from a project what a resident who asks about it gets. */
export function projectTold({ number, title, category, cost, detail }) {
    return { number, title, ...(category && { category }), cost, ...(detail && { detail }) };
}
/** Keeps the picture of a project, one for each, until the ballot is frozen; anybody may look at it. Rejects with `not-allowed` (`checkRight`). */
export function keepProjectPicture(world) {
    const keep = keepPicture(world);
    return async ({ cycle, number, ...given }) => {
        const of = ofProject(cycle, number);
        if ((await picturesOf(given.community, of)).length > 0)
            return { refused: 'onlyOne' };
        const which = { _id: cycle, community: given.community, 'projects.number': number, frozen: { $exists: false } };
        const isOpen = async (session) => (await collection(Cycle).findOne(which, { session, projection: { _id: 1 } })) !== null;
        return keep({ ...given, of, isOpen });
    };
}
/** Takes it away, at any time. Rejects with `not-allowed` (`checkRight`). */
export function dropProjectPicture(world) {
    const drop = dropPicture(world);
    return ({ cycle, number, ...given }) => drop({ ...given, of: ofProject(cycle, number) });
}
/** The pictures of a cycle's projects, by the project's number. */
export async function projectPictures({ _id, community }, numbers) {
    const ids = new Map(numbers.map((number) => [ofProject(_id, number).id, number]));
    const found = await picturesAmong(community, 'project', [...ids.keys()]);
    return new Map(found.map(({ of, picture }) => [ids.get(of) ?? 0, picture]));
}
/** The same where a ballot is shown: only if every project has one, so that none stands out. */
export async function ballotPictures(cycle, numbers) {
    const pictures = await projectPictures(cycle, numbers);
    return pictures.size === numbers.length ? pictures : new Map();
}
/** A project's picture goes with its number, or with the project, in the session of a change of the ballot. */
export function moveProjectPicture({ _id, community }, before, after, session) {
    return movePictures(community, ofProject(_id, before), after === undefined ? undefined : ofProject(_id, after), session);
}
function ofProject(cycle, number) {
    return { kind: 'project', id: `${cycle}/${number}` };
}
