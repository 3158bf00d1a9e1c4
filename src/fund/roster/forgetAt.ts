import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { forgetLetters } from '../inbox/forgetLetters.ts';
import { forgetProposer } from '../proposals/forgetProposer.ts';
import { addressHmac } from './addressHmac.ts';
import { forgetAddress } from './forgetAddress.ts';
import type { Place } from './place.ts';
import { withdrawRequests } from './withdrawRequests.ts';

/**
 * Takes phones and chats, and with them who used them, out of requests, proposals and the inbox. Gives whether there was anything to forget. Locks
 * against guessing stay with their phone until they run out, and `不是我` until it is unlocked.
 */
export async function forgetAt(
  { vault }: Pick<World, 'vault'>,
  { community, at }: Pick<Act, 'community' | 'at'>,
  places: readonly Place[],
  resident?: string,
): Promise<boolean> {
  let gone = false;
  for (const { channel, address } of places) {
    const stranger = addressHmac(vault, { community, channel, address });
    const requests = await withdrawRequests(community, stranger);
    const proposals = await forgetProposer(at, { community, by: stranger });
    const letters = await forgetLetters(vault, at, { from: stranger });
    const known = await forgetAddress(stranger);
    gone ||= known || requests + proposals + letters > 0;
  }
  if (resident !== undefined) {
    await forgetProposer(at, { community, by: resident });
    await forgetLetters(vault, at, { '_id.community': community, resident });
  }
  return gone;
}
