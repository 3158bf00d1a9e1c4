import { addressHmac } from '../../fund/roster/addressHmac.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Message } from '../message.ts';
import type { Recipient } from '../recipientOf.ts';
import type { BroadcastRecord } from './broadcast.ts';
import { CANCELLED_WITH } from './cancelledWith.ts';

/** Those of a batch whose message of the same text and day was cancelled get it with this broadcast. Harmless to repeat. */
export async function takeUpAgain(
  { vault, now }: World,
  { _id: broadcast, community, occasion, dueAt, cycle }: Pick<BroadcastRecord, '_id' | 'community' | 'occasion' | 'dueAt' | 'cycle'>,
  to: readonly Recipient[],
): Promise<void> {
  const named = (whose: (recipient: Recipient, at: Recipient['reach'][number]) => string) =>
    to.flatMap((recipient) => recipient.reach.map((at) => [occasion, at.channel, whose(recipient, at)].join('|')));
  const ids = named(({ resident }) => resident);
  if (ids.length === 0) return;
  await native(Message).updateMany(
    { $or: [{ _id: { $in: ids } }, { once: { $in: named((_, at) => addressHmac(vault, { community, ...at })) } }], ...CANCELLED_WITH },
    {
      $set: { state: 'pending', broadcast, dueAt, attempts: 0, changedAt: now(), ...(cycle !== undefined && { unlessVoted: cycle }) },
      $unset: { token: '', ...(cycle === undefined && { unlessVoted: '' }) },
    },
  );
}
