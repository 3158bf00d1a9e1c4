import type { Channel } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { addressIn, Message, type MessageRecord } from './message.ts';

/** A message held under a token of its own batch, with the address that it is for. */
export type Held = Omit<MessageRecord, 'address'> & { token: string; address: string };

const LEASE_MS = 30_000;

/** Holds up to `count` due messages of a lane, those due for longest first. Another process on the same lane gets others, or fewer. */
export async function lease(world: World, channel: Channel, lane: string, count: number): Promise<Held[]> {
  const now = world.now();
  const token = world.randomBytes(12).toString('base64url');
  const due = await collection(Message)
    .find(
      { channel, state: 'pending', lane, dueAt: { $lte: now } },
      { projection: { _id: 1 }, sort: { dueAt: 1 }, limit: count, hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
    )
    .toArray();
  if (due.length === 0) return [];
  const ids = due.map(({ _id }) => _id);
  await collection(Message).updateMany(
    { _id: { $in: ids }, state: 'pending', dueAt: { $lte: now } },
    {
      $set: { state: 'leased', token, dueAt: new Date(now.getTime() + LEASE_MS), changedAt: now },
      $inc: { attempts: 1 },
      $unset: { reason: '' },
    },
    { writeConcern: { w: 1 } }, // a lease that is lost again is harmless: `sending` is durable before the carrier is called
  );
  const held = await collection(Message)
    .find({ _id: { $in: ids }, token, state: 'leased' }, { promoteBuffers: true })
    .toArray();
  const place = new Map(ids.map((id, index) => [id, index]));
  return held
    .map((message) => ({ ...message, token, address: addressIn(world.vault, message) }))
    .sort((one, other) => (place.get(one._id) ?? 0) - (place.get(other._id) ?? 0));
}
