import { setTimeout as sleep } from 'node:timers/promises';
import { Message, type MessageState } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import type { Effort } from '../effort.ts';
import type { Place } from '../place.ts';
import type { Row } from '../row.ts';
import { startSender } from './startSender.ts';
import { untilAllSent, withCarrier } from './withCarrier.ts';
import { queueAll, withResidents } from './withResidents.ts';

const KILLS = 10;
/** The messages that are with the carrier or being recorded at the same time. */
const SENT_AT_ONCE = 2 * 32;

/**
 * A sender that is killed again and again, each time at the next eleventh of the way; the last one ends when the leases of all of them have expired.
 */
export async function kills({ uri }: Place, { killed: count }: Effort): Promise<Row[]> {
  const at = uri('killed');
  const { states, got } = await withCarrier((carrier) =>
    withResidents(at, count, async ({ world }) => {
      await queueAll(world);
      const send = () => {
        const sender = startSender(at, carrier.api, 'outbox', Number.POSITIVE_INFINITY);
        sender.took.catch(() => undefined); // it is killed before it prints anything
        return sender;
      };
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const sender = send();
        while ((await carrier.got()).messages < (count * kill) / (KILLS + 1)) await sleep(20);
        await sender.kill();
      }
      const last = send();
      await untilAllSent();
      await last.kill();
      return { states: await countStates(), got: await carrier.got() };
    }),
  );
  const unknown = states.get('unknown') ?? 0;
  const lost = count - [...states.values()].reduce((sum, many) => sum + many, 0);
  return [
    {
      work: `${KILLS} kill -9 during ${count.toLocaleString('en')} messages`,
      result: `${got.twice} twice, ${lost} lost, ${unknown} unknown`,
      reach: `0, 0, ≤ ${KILLS * SENT_AT_ONCE}`,
      reached: got.twice === 0 && lost === 0 && unknown <= KILLS * SENT_AT_ONCE,
      detail: `${[...states].map(([state, many]) => `${many} ${state}`).join(', ')}; the carrier has ${got.people} of them`,
    },
  ];
}

async function countStates(): Promise<Map<MessageState, number>> {
  const counted = await collection(Message)
    .aggregate<{ _id: MessageState; count: number }>([{ $group: { _id: '$state', count: { $sum: 1 } } }])
    .toArray();
  return new Map(counted.map(({ _id, count }) => [_id, count]));
}
