import { mongo } from 'mongoose';
import type { Statement } from '../dialog/question.ts';
import type { Notice } from '../fund/tell.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { bell } from './bell.ts';
import { Message, type MessageRecord } from './message.ts';

/** Something to tell one address outside a reply, in any words of the catalogue. */
export interface Outgoing extends Omit<Notice, 'said'> {
  readonly said: Statement;
  /** Not before; at once where absent. */
  readonly dueAt?: Date;
}

const DUPLICATE_KEY = 11_000;

/** Queues a message; queued before under the same occasion, channel and address, it changes nothing. Rejects only when the database is away. */
export function enqueue(world: World): (outgoing: Outgoing) => Promise<void> {
  return async (outgoing) => {
    try {
      await native(Message).insertOne(recordOf(world, outgoing));
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return;
      throw error;
    }
    bell(world).emit('queued');
  };
}

function recordOf({ vault, now }: World, { occasion, said, dueAt, ...outgoing }: Outgoing): MessageRecord {
  const id = [occasion, outgoing.channel, outgoing.address].join('|');
  const at = now();
  return {
    ...outgoing,
    _id: id,
    said: vault.seal(JSON.stringify({ key: said.key, params: said.params })),
    state: 'pending',
    dueAt: dueAt ?? at,
    attempts: 0,
    ref: vault.hmac('message', id),
    at,
    changedAt: at,
  };
}
