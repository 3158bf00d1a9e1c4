import { confirmAct } from '../../src/fund/act/index.ts';
import { type Actor, operator } from '../../src/fund/people/index.ts';
import type { Run } from '../../src/fund/second/secondPerson.ts';
import { Staff, type StaffGiven, staffActor, staffId } from '../../src/fund/staff/index.ts';
import { staffMember } from '../../src/fund/staff/staff.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { ACTS } from '../../src/web/console/acts.ts';
import { addStaff } from './staff.ts';

/** Gives a person a role in a community; returns the role's id. */
export async function member(
  world: World,
  community: string,
  given: Pick<StaffGiven, 'role' | 'phone'> & { readonly name?: string },
): Promise<string> {
  await addStaff(world)(community, { name: `${given.role} ${given.phone.slice(-4)}`, ...given }, operator('员'));
  return staffId(world.vault, community, given);
}

/** The same; returns the actor in this role. */
export async function staff(world: World, community: string, given: Parameters<typeof member>[2]): Promise<Extract<Actor, { kind: 'staff' }>> {
  const found = await collection(Staff).findOne({ _id: await member(world, community, given) }, { promoteBuffers: true });
  const actor = found && staffActor(staffMember(world.vault, found), community);
  if (actor?.kind !== 'staff') throw new Error('there is no such role');
  return actor;
}

/** One function for all acts that wait. */
export function runs(run: Run): (act: string) => Run {
  return () => run;
}

/** Confirms what waits, as the console does. */
export function confirmSecond(world: World): ReturnType<typeof confirmAct> {
  return confirmAct({ world, notify: enqueue(world) }, ACTS);
}
