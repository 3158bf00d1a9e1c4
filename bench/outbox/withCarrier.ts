import { setTimeout as sleep } from 'node:timers/promises';
import { CHANNEL_NAMES } from '../../src/contacts/channel.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { started } from './started.ts';

export interface Carrier {
  /** Address of its REST API. */
  readonly api: string;
  got(): Promise<Got>;
}

export interface Got {
  readonly messages: number;
  readonly people: number;
  /** The number of people who got a message twice. */
  readonly twice: number;
}

/** Runs with a carrier that answers at once, in a process of its own, which is stopped at the end. */
export async function withCarrier<Result>(run: (carrier: Carrier) => Promise<Result>): Promise<Result> {
  const { child, said } = started('carrier.ts');
  try {
    const api = `http://127.0.0.1:${await said}`;
    return await run({ api, got: async (): Promise<Got> => JSON.parse(await (await fetch(api)).text()) });
  } finally {
    child.kill();
  }
}

/** Waits until no message of the outbox is still to be sent, and none is with a sender, even one that is gone. */
export async function untilAllSent(): Promise<void> {
  const underWay = { channel: { $in: [...CHANNEL_NAMES] }, state: { $in: ['pending', 'leased', 'sending'] } } as const;
  const isLeft = () => collection(Message).findOne(underWay, { projection: { _id: 1 }, hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } });
  while (await isLeft()) await sleep(200);
}
