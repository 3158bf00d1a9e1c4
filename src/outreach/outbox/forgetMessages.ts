import type { mongo } from 'mongoose';
import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import { liveCycles, voteOf } from '../../fund/cycles/index.ts';
import { collection } from '../../store/collection.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { communitiesOf, ENDS, Message, type MessageRecord, type MessageState } from './message.ts';

/** Longer than a carrier repeats a delivery or reports a status. */
export const OWN_DAYS = 3;
export const NOTICE_DAYS = 29;
const AT_ONCE = 1_000;

/**
 * Forgets messages that came to an end. Messages that belong to something that a person did (receipts show when they voted) after three days; messages that we started
 * after 29, so that nothing of a vote is left when its pseudonyms' key is destroyed. Messages about a vote are kept until it has closed, because they
 * decide who is reminded.
 */
export async function forgetMessages(now: Date): Promise<void> {
  const voting = (await liveCycles(now)).filter((cycle) => (voteOf(cycle, now)?.to ?? now) > now).map(({ _id }) => _id);
  const before = (days: number) => ({ $lte: new Date(now.getTime() - days * DAY_MS) });
  await forget({ kind: { $in: ['reply', 'receipt', 'code', 'alarm', 'answer'] }, changedAt: before(OWN_DAYS) });
  await forget({ kind: 'notice', changedAt: before(NOTICE_DAYS), reminds: { $nin: voting }, unlessVoted: { $nin: voting } });
}

async function forget(which: mongo.Filter<MessageRecord>): Promise<void> {
  for (;;) {
    const old = await collection(Message)
      .find({ ...which, state: { $in: [...ENDS] } }, { projection: { community: 1 }, hint: { kind: 1, changedAt: 1 }, limit: AT_ONCE })
      .toArray();
    if (old.length > 0) await collection(Message).deleteMany({ community: { $in: communitiesOf(old) }, _id: { $in: old.map(({ _id }) => _id) } });
    if (old.length < AT_ONCE) return;
  }
}

/** Forgets what a community sent to phones and chats, given by their `addressHmac`, and unsent messages that we started; unsent answers to their own acts are still sent. */
export async function forgetMessagesTo(community: string, addresses: readonly string[]): Promise<void> {
  const to = { community, channel: { $in: [...CHANNEL_NAMES] }, to: { $in: [...addresses] } };
  await collection(Message).deleteMany({ ...to, state: { $in: [...ENDS] } });
  await collection(Message).deleteMany({ ...to, kind: 'notice', state: { $in: ['pending', 'leased'] } });
}

const UNDER_WAY: MessageState[] = ['pending', 'leased', 'sending', 'unknown'];

/** How many messages of the outbox are in each state that is not an end, from the index alone. A state without messages is left out. */
export async function countByState(): Promise<ReadonlyMap<MessageState, number>> {
  const counts = await collection(Message)
    .aggregate<{ _id: MessageState; count: number }>(
      [{ $match: { channel: { $in: [...CHANNEL_NAMES] }, state: { $in: UNDER_WAY } } }, { $group: { _id: '$state', count: { $sum: 1 } } }],
      { hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
    )
    .toArray();
  return new Map(counts.map(({ _id, count }) => [_id, count]));
}

/**
 * After a backup was brought back: what was under way when it was made may have gone out since, so it is `unknown`, which is never sent again by
 * itself. Gives how many. No sender may be running.
 */
export async function setAsideRestored({ now }: Pick<World, 'now'>): Promise<number> {
  const { modifiedCount } = await collection(Message).updateMany(
    { state: { $nin: [...ENDS] } },
    { $set: { state: 'unknown', reason: 'restored', changedAt: now() }, $unset: { token: 1 } },
    { timeoutMS: 0 },
  );
  return modifiedCount;
}
