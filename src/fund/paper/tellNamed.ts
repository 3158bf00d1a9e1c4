import type { mongo } from 'mongoose';
import type { Notice, Notify } from '../../contacts/notify.ts';
import type { World } from '../../store/world.ts';
import { reachStaff, staffRole } from '../staff/index.ts';

interface Named {
  readonly community: string;
  /** Who was named: the id of a role, or on the server a name, which has no phone. */
  readonly other: string | undefined;
  /** In what: they are told once of each. */
  readonly act: string;
  readonly said: Notice['said'];
}

/**
 * Tells somebody at their staff phone that they were named as the second person beside another one: they did not sign in for it. It waits for the end of
 * the quiet hours.
 */
export async function tellNamed(world: World, notify: Notify, { community, other, act, said }: Named, session?: mongo.ClientSession): Promise<void> {
  const found = other === undefined ? null : await staffRole(world, other);
  const place = found && (await reachStaff(world, { ...found.member, community }));
  if (place) await notify({ ...place, kind: 'alarm', heedsQuiet: true, occasion: ['named', act, found.phone].join('|'), said }, session);
}
