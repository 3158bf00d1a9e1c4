import { setTimeout as sleep } from 'node:timers/promises';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';

/** Waits until no message of the outbox is still to be sent, and none is with a sender, even one that is gone. */
export async function untilAllSent(): Promise<void> {
  const isLeft = () => collection(Message).findOne({ state: { $in: ['pending', 'leased', 'sending'] } }, { projection: { _id: 1 } });
  while (await isLeft()) await sleep(200);
}
