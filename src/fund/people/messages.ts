import type { Act } from '../../contacts/act.ts';
import { recordConsent } from '../../contacts/addressBook.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { holdersOf, reachOf } from './holders.ts';
import { Resident } from './resident.ts';

/** `stays`: a deletion that waited for the end of the vote was taken back. */
export interface Started {
  readonly started: true;
  readonly stays: boolean;
}

/**
 * Undoes a stop, as far as the stop reached: on every phone and chat of the person; on a shared phone, on that phone only. This is kept with its
 * words, time and channel. A deletion that still waits is taken back, if it is of a person who holds this phone or chat or who asked for it here.
 */
export function startMessages(world: World): (input: { words?: string }, act: Act) => Promise<Started> {
  const reach = reachOf(world);
  const holders = holdersOf(world);
  return async ({ words = '' }, act) => {
    const { holders: here } = await holders(act);
    await recordConsent(world, act, await reach(addressHmac(world.vault, act)), 'start', words);
    const { modifiedCount } = await collection(Resident).updateMany(
      {
        community: act.community,
        erasureRequest: { $exists: true },
        $or: [{ _id: { $in: here.map(({ resident }) => resident) } }, { 'erasureRequest.from': addressHmac(world.vault, act) }],
      },
      { $unset: { erasureRequest: 1 } },
    );
    return { started: true, stays: modifiedCount > 0 };
  };
}

/**
 * Stops the messages that we start, on every phone and chat of the person who asks; on a shared phone, on that phone only. This is kept with its
 * words, day and channel.
 */
export function stopMessages(world: World): (input: { words: string }, act: Act) => Promise<{ stopped: true }> {
  const reach = reachOf(world);
  return async ({ words }, act) => {
    await recordConsent(world, act, await reach(addressHmac(world.vault, act)), 'stop', words);
    return { stopped: true };
  };
}

/**
 * 订阅: from now on, until a stop, a line is sent to this phone or chat on the day of each step. A stop of this phone or chat ends. This is kept with
 * its words.
 */
export function subscribe(world: World): (input: { words: string }, act: Act) => Promise<{ subscribed: true }> {
  return async ({ words }, act) => {
    await recordConsent(world, act, [addressHmac(world.vault, act)], 'news', words);
    return { subscribed: true };
  };
}
