import type { Channel } from '../../contacts/channel.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { communityBySlug } from '../../fund/communities/index.ts';
import { collection } from '../../store/collection.ts';
import { forEachSettled } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { queueMany } from '../outbox/enqueue.ts';
import { Message } from '../outbox/message.ts';
import { type Recipient, recipients } from '../recipients.ts';
import { audienceOf, Broadcast, type BroadcastRecord, CANCELLED_WITH, endBroadcast, holdBroadcast, isOurs } from './broadcast.ts';
import { fillIn } from './planBroadcast.ts';

/** A process that queues renews its hold with every batch. If it is gone, another one goes on after so long. */
const HELD_MS = 15_000;

/** `elsewhere`: another process is queueing it just now. */
type Queued = 'queued' | 'elsewhere' | 'cancelled';

/**
 * Queues a broadcast's messages batch by batch. Messages that were queued before are left as they are, so that it can be repeated after a crash. `onBatch` is
 * called with the number of residents in each batch.
 */
export async function queueBroadcast(
  world: World,
  channels: readonly Channel[],
  id: string,
  onBatch: (residents: number) => void = () => {},
): Promise<Queued> {
  const broadcast = await hold(world, id);
  if (!broadcast) return stateOf(id);
  if (!isOurs(world.vault, broadcast)) return 'elsewhere'; // written past the service: `npm run doctor` says so
  const community = await communityBySlug(world)(broadcast.community);
  if (!community) return 'elsewhere'; // it is on its way from one cell to another
  const { occasion, text, dueAt, cycle } = broadcast;
  for await (const batch of recipients(world, channels, community, audienceOf(broadcast))) {
    await takeUpAgain(world, broadcast, batch);
    await queueMany(
      world,
      {
        occasion,
        community: broadcast.community,
        said: (to) => ({ key: 'notice.broadcast', params: { text: fillIn(text, to) } }),
        isOwn: text !== fillIn(text, {}),
        dueAt,
        broadcast: id,
        ...(cycle !== undefined && { unlessVoted: cycle }),
      },
      batch,
    );
    onBatch(batch.length);
    if (!(await holdOn(world, id))) return 'cancelled';
  }
  await collection(Broadcast).updateOne({ _id: id, state: 'queueing' }, { $set: { state: 'queued' }, $unset: { heldUntil: '' } });
  return 'queued';
}

async function stateOf(id: string): Promise<Queued> {
  const broadcast = await collection(Broadcast).findOne({ _id: id }, { projection: { state: 1 } });
  if (broadcast?.state === 'cancelled') return 'cancelled';
  return broadcast?.state === 'queueing' ? 'elsewhere' : 'queued';
}

function hold(world: World, id: string): Promise<BroadcastRecord | null> {
  const now = world.now();
  return collection(Broadcast).findOneAndUpdate(
    { _id: id, state: 'queueing', $or: [{ heldUntil: { $exists: false } }, { heldUntil: { $lte: now } }] },
    { $set: { heldUntil: new Date(now.getTime() + HELD_MS) } },
  );
}

/** Renews the hold; false if the broadcast was cancelled. The messages just queued are then cancelled, or paused, like those before. */
async function holdOn(world: World, id: string): Promise<boolean> {
  const heldUntil = new Date(world.now().getTime() + HELD_MS);
  const broadcast = await collection(Broadcast).findOneAndUpdate({ _id: id, state: 'queueing' }, { $set: { heldUntil } });
  if (!broadcast) await endBroadcast(world, id);
  else if (broadcast.pausedAt) await holdBroadcast(world, id);
  return broadcast !== null;
}

/** Queues the broadcasts that were written down and not queued to the end: those that cadres sent by message, and those that a command left when it died. */
export async function queueDue(world: World, channels: readonly Channel[]): Promise<void> {
  const due = await collection(Broadcast)
    .find({ state: 'queueing' }, { projection: { _id: 1 } })
    .toArray();
  await forEachSettled(due, 'broadcasts', ({ _id }) => queueBroadcast(world, channels, _id));
}

/** If the message of the same text and day was cancelled for residents of this batch, they get it with this broadcast. Harmless to repeat. */
async function takeUpAgain(
  { vault, now }: World,
  { _id: broadcast, community, occasion, dueAt, cycle }: Pick<BroadcastRecord, '_id' | 'community' | 'occasion' | 'dueAt' | 'cycle'>,
  to: readonly Recipient[],
): Promise<void> {
  const named = (whose: (recipient: Recipient, at: Recipient['reach'][number]) => string) =>
    to.flatMap((recipient) => recipient.reach.map((at) => [occasion, at.channel, whose(recipient, at)].join('|')));
  const ids = named(({ resident }) => resident);
  if (ids.length === 0) return;
  await collection(Message).updateMany(
    { community, $or: [{ _id: { $in: ids } }, { once: { $in: named((_, at) => addressHmac(vault, { community, ...at })) } }], ...CANCELLED_WITH },
    {
      $set: { state: 'pending', broadcast, dueAt, attempts: 0, changedAt: now(), ...(cycle !== undefined && { unlessVoted: cycle }) },
      $unset: { token: '', ...(cycle === undefined && { unlessVoted: '' }) },
    },
  );
}
