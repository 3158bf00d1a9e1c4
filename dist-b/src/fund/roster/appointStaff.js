import { askSecond } from '../second/index.js';
import { addStaff, namedIn, removeStaff } from '../staff/index.js';
/** Gives a role (`addStaff`), or lets it wait for a second person where the role takes one. */
export function appointStaff(world) {
    return async (community, { name, phone, role }, actor) => {
        const given = { name, phone, role };
        const outcome = await addStaff(world)(community, given, actor);
        if (!isToWait(outcome))
            return outcome;
        return askSecond(world)({ act: 'addStaff', ...askedFor(world, community, given, actor), detail: { after: { name, role } }, payload: given });
    };
}
/** Takes a role (`removeStaff`), or lets it wait for a second person where the role takes one. */
export function dismissStaff(world) {
    return async (community, { name, phone, role }, actor) => {
        const outcome = await removeStaff(world)(community, { phone, role }, actor);
        if (!isToWait(outcome))
            return outcome;
        const asking = askedFor(world, community, { phone, role }, actor);
        return askSecond(world)({ act: 'removeStaff', ...asking, detail: { before: { name, role } }, payload: { phone, role } });
    };
}
function isToWait(outcome) {
    return 'refused' in outcome && outcome.refused === 'needsSecond';
}
function askedFor({ vault }, community, { phone, role }, actor) {
    return { community, actor, subject: `staff/${role}`, about: `${role}|${phone}`, names: namedIn(vault, community, { phone }) };
}
