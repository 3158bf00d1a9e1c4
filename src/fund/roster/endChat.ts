import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { forgetChat } from '../forgetChat.ts';
import { Community } from '../records/community.ts';
import { addressHmac } from './addressHmac.ts';
import { forgetAt } from './forgetAt.ts';
import type { Place } from './place.ts';
import { untie } from './untie.ts';

/**
 * Somebody follows the account no more: their chat is nobody's from now on, in no community, and what is kept of it goes; a ballot cast there
 * stays. `forget` is given the chat, for what others than the fund keep of it. Harmless to repeat.
 */
export function endChat(
  world: World,
  forget: (community: string, places: readonly Place[]) => Promise<void>,
): (openid: string, at: Date) => Promise<void> {
  return async (openid, at) => {
    const place: Place = { channel: 'wechat', address: openid };
    for (const community of await native(Community).distinct('_id')) {
      const id = addressHmac(world.vault, { community, ...place });
      await untie(id);
      await forgetAt(world, { community, at }, [place]);
      await forget(community, [place]);
    }
    await forgetChat(world.vault, openid);
  };
}
