import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { Address, recordConsent, writeStop } from '../../contacts/addressBook.ts';
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
 * words, time and channel. A deletion that still waits is taken back, if it was asked for here, or is of the only person who holds this phone or chat.
 */
export async function startMessages(world: World, { words = '' }: { words?: string }, act: Act): Promise<Started> {
  const holders = holdersOf(world);
  const { holders: here } = await holders(act);
  const [own, another] = here;
  const isShared = another !== undefined; // who only wants messages again must not undo what another of them asked for elsewhere
  await recordConsent(world, act, await reachOf(world, { community: act.community, id: addressHmac(world.vault, act) }), 'start', words);
  const { modifiedCount } = await collection(Resident).updateMany(
    {
      community: act.community,
      erasureRequest: { $exists: true },
      $or: [...(own && !isShared ? [{ _id: own.resident }] : []), { 'erasureRequest.from': addressHmac(world.vault, act) }],
    },
    { $unset: { erasureRequest: 1 } },
  );
  return { started: true, stays: modifiedCount > 0 };
}

/**
 * Stops the messages that we start, on every phone and chat of the person who asks; on a shared phone, on that phone only. This is kept with its
 * words, day and channel.
 */
export async function stopMessages(world: World, { words }: { words: string }, act: Act): Promise<{ stopped: true }> {
  await recordConsent(world, act, await reachOf(world, { community: act.community, id: addressHmac(world.vault, act) }), 'stop', words);
  return { stopped: true };
}

/**
 * 订阅: from now on, until a stop, a line is sent to this phone or chat on the day of each step. A stop of this phone or chat ends. This is kept with
 * its words.
 */
export async function subscribe(world: World, { words }: { words: string }, act: Act): Promise<{ subscribed: true }> {
  await recordConsent(world, act, [addressHmac(world.vault, act)], 'news', words);
  return { subscribed: true };
}

/**
 * Moves a stop to the new phone (`phones`: the `addressHmac` of the old one, and of the new one): a resident who stopped our messages on a phone of
 * their own gets none on the phone that the roster now has for them, unless others hold it, too.
 */
export async function moveStops(
  { vault }: Pick<World, 'vault'>,
  community: string,
  phones: ReadonlyMap<string, string>,
  session: mongo.ClientSession,
): Promise<void> {
  if (phones.size === 0) return;
  const stopped = await collection(Address)
    .find({ _id: { $in: [...phones.keys()] }, stoppedAt: { $exists: true } }, { session, projection: { stoppedAt: 1 } })
    .toArray();
  for (const { _id: before, stoppedAt: at } of stopped) {
    const _id = phones.get(before);
    if (_id === undefined || !at || (await collection(Resident).countDocuments({ community, phoneId: _id }, { session })) > 1) continue;
    await writeStop(vault, { _id, community, at, channel: 'sms', by: 'roster' }, session);
  }
}
