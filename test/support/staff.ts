import type { Act } from '../../src/fund/act/index.ts';
import type { Actor, StaffRole } from '../../src/fund/people/index.ts';
import * as acts from '../../src/fund/roster/index.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

interface Whose {
  readonly phone: string;
  readonly role?: StaffRole;
  readonly name?: string;
}

/** Does an act on the staff of a community, or of all, by `tried`. */
const doing = (act: Act) => (world: World) => (community: string, given: Whose, actor: Actor) => tried(world)(act, { community, ...given, actor });

export const addStaff = doing(acts.addStaff);
export const removeStaff = doing(acts.removeStaff);

export function linkStaff(
  world: World,
): (community: string, phone: string, actor: Actor, isLost?: boolean) => Promise<{ token: string } | { refused: string }> {
  return async (community, phone, actor, isLost = false) => {
    const outcome = await tried(world)(acts.linkStaff, { community, phone, actor, ...(isLost && { lost: 'yes' }) });
    return 'token' in outcome ? { token: String(outcome.token) } : { refused: 'refused' in outcome ? String(outcome.refused) : '' };
  };
}
