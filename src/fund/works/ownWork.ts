import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import type { Actor } from '../people/index.ts';
import { staffRole } from '../staff/index.ts';
import { Implementer } from './implementer.ts';
import type { WorkRecord } from './work.ts';

/** Throws `not-allowed` if an implementer acts on a work for which they were not chosen. Whether others may, `checkRight` says. */
export function isOwnWork(world: World): (work: Pick<WorkRecord, 'community' | 'chosen'>, actor: Actor) => Promise<void> {
  const own = ownImplementers(world);
  return async ({ community, chosen }, actor) => {
    const numbers = await own(community, actor);
    if (!numbers || (chosen && numbers.includes(chosen.implementer))) return;
    throw new CodedError('not-allowed', 'You may do this only for the works for which you were chosen; ask one of the cadres.');
  };
}

/** The implementers of a community who have the actor's phone; undefined if the actor is no implementer: they are not kept to their own works. */
export function ownImplementers({ vault }: Pick<World, 'vault'>): (community: string, actor: Actor) => Promise<number[] | undefined> {
  return async (community, actor) => {
    if (actor.kind !== 'staff' || actor.role !== 'implementer') return undefined;
    const role = await staffRole({ vault }, actor.id);
    if (!role) return [];
    const found = await collection(Implementer)
      .find({ '_id.community': community, phone: role.phone }, { projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => _id.number);
  };
}
