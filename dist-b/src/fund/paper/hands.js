import { CodedError } from '../../store/codedError.js';
import { staffActor, staffRole } from '../staff/index.js';
/** The person who acts. Rejects with `not-allowed` if they have no role any more. */
export async function handOf(world, actor) {
    if (actor.kind === 'operator')
        return onServer(actor.name);
    const found = await staffRole(world, actor.id);
    if (!found)
        throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
    return { phone: found.phone, name: actor.name };
}
/**
 * The person who acts, and the second one beside them: `other` is the id of a role here (`StaffMember`), of another person; for commands on the server it is a name.
 */
export async function twoHands(world, community, actor, other) {
    if (actor.kind === 'operator' && other.trim() === '')
        return { refused: 'noSecond' };
    const first = await handOf(world, actor);
    const second = actor.kind === 'operator' ? onServer(other) : await memberHere(world, community, other);
    if (!second)
        return { refused: 'noSecond' };
    return second.phone === first.phone ? { refused: 'samePerson' } : { hands: [first, second] };
}
async function memberHere(world, community, id) {
    const found = await staffRole(world, id);
    const here = found && staffActor(found.member, community);
    return found && here?.kind === 'staff' && here.role !== 'office' && here.role !== 'implementer'
        ? { phone: found.phone, name: found.member.name }
        : undefined;
}
function onServer(name) {
    return { phone: `operator ${name}`, name };
}
