import type { World } from '../../store/world.ts';
import type { Actor } from '../people/index.ts';
import { askSecond, type Waiting } from '../second/index.ts';
import { addStaff, namedIn, removeStaff, type StaffAdded, type StaffGiven, type StaffRemoved } from '../staff/index.ts';

type Role = Pick<StaffGiven, 'phone' | 'role'>;

/** Gives a role (`addStaff`), or lets it wait for a second person where the role takes one. */
export function appointStaff(world: World): (community: string, given: StaffGiven, actor: Actor) => Promise<StaffAdded | Waiting> {
  return async (community, { name, phone, role }, actor) => {
    const given = { name, phone, role };
    const outcome = await addStaff(world)(community, given, actor);
    if (!isToWait(outcome)) return outcome;
    return askSecond(world)({
      act: 'addStaff',
      ...askedFor(world, community, given, actor),
      detail: { after: { name, phone, role } },
      payload: given,
    });
  };
}

/** Takes a role (`removeStaff`), or lets it wait for a second person where the role takes one. */
export function dismissStaff(world: World): (community: string, given: StaffGiven, actor: Actor) => Promise<StaffRemoved | Waiting> {
  return async (community, { name, phone, role }, actor) => {
    const outcome = await removeStaff(world)(community, { phone, role }, actor);
    if (!isToWait(outcome)) return outcome;
    const asking = askedFor(world, community, { phone, role }, actor);
    return askSecond(world)({ act: 'removeStaff', ...asking, detail: { before: { name, phone, role } }, payload: { phone, role } });
  };
}

function isToWait(outcome: StaffAdded | StaffRemoved): boolean {
  return 'refused' in outcome && outcome.refused === 'needsSecond';
}

function askedFor({ vault }: World, community: string, { phone, role }: Role, actor: Actor) {
  return { community, actor, subject: `staff/${role}`, about: `${role}|${phone}`, names: namedIn(vault, community, { phone }) };
}
