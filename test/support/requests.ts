import { type CommunityContact, contactText } from '../../src/contacts/contact.ts';
import type { Notify } from '../../src/contacts/notify.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import * as acts from '../../src/fund/roster/index.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

interface Deciding {
  readonly community: string;
  readonly request: number;
  readonly actor: Actor;
  readonly reason?: string;
}

/** Accepts a request by `tried`: of somebody new, or of who is on the roster `as`. */
export function acceptRequest(world: World, notify?: Notify) {
  return ({ request, as, isOther, times, ...given }: Deciding & { readonly as?: string; readonly isOther?: boolean; readonly times?: number }) =>
    tried(world, notify)(acts.acceptRequest, {
      ...{ ...given, number: request, seen: times, who: as === undefined ? 'new' : `as:${as}` },
      ...(isOther && { isOther: 'yes' }),
    });
}

export function refuseRequest(world: World, notify?: Notify) {
  return ({ request, ...given }: Deciding) => tried(world, notify)(acts.refuseRequest, { ...given, number: request });
}

export function unlockAddress(world: World, from: CommunityContact, actor: Actor, reason = '来过'): Promise<object> {
  return tried(world)(acts.unlockAddress, { community: from.community, lock: 'other', contact: contactText(from), actor, reason });
}
