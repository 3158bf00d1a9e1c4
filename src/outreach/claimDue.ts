import type { mongo } from 'mongoose';
import type { Channel } from '../fund/act.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { Message, type MessageRecord } from './message.ts';

/** A message held under a token of its own. */
export type Held = MessageRecord & { token: string };

const LEASE_MS = 30_000;

/**
 * Looks at the message of a channel that has been due for longest, in one indexed command: pending, or left `leased` by
 * a sender that is gone, it is held now; left in `sending`, nobody knows whether the carrier has it, and it becomes
 * `unknown`. Null when nothing is due.
 */
export async function claimDue(world: World, channel: Channel): Promise<Held | 'unknown' | null> {
  const now = world.now();
  const token = world.randomBytes(12).toString('base64url');
  const wasSending = { $eq: ['$state', 'sending'] };
  const unlessSending = (held: mongo.Document | string | Date, field: string) => ({ $cond: [wasSending, `$${field}`, held] });
  const message = await native(Message).findOneAndUpdate(
    { channel, state: { $in: ['pending', 'leased', 'sending'] }, dueAt: { $lte: now } },
    [
      {
        $set: {
          state: { $cond: [wasSending, 'unknown', 'leased'] },
          reason: { $cond: [wasSending, 'leaseLost', '$$REMOVE'] },
          token: unlessSending(token, 'token'),
          dueAt: unlessSending(new Date(now.getTime() + LEASE_MS), 'dueAt'),
          attempts: unlessSending({ $add: ['$attempts', 1] }, 'attempts'),
          changedAt: now,
        },
      },
    ],
    {
      sort: { dueAt: 1 },
      hint: { channel: 1, state: 1, dueAt: 1 },
      returnDocument: 'after',
      promoteBuffers: true,
      writeConcern: { w: 1 }, // a claim that is lost again is harmless: `sending` is durable before the carrier is called
    },
  );
  if (!message) return null;
  return message.state === 'unknown' ? 'unknown' : { ...message, token };
}
