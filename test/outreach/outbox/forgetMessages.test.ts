import { expect } from 'chai';
import { enqueue } from '../../../src/outreach/outbox/enqueue.ts';
import { forgetMessages } from '../../../src/outreach/outbox/forgetMessages.ts';
import { MESSAGE_STATES, Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { town } from '../../support/town.ts';

const DAY = 86_400_000;

describe('forgetMessages', () => {
  const { world } = useDatabase('forgetMessages');

  it('forgets receipts, codes and answers three days after their end and notices after 29, and nothing that waits or counts in a vote that goes on', async () => {
    const from = (days: number) => new Date(world.now().getTime() + days * DAY);
    const stages = [
      { stage: 'vote' as const, from: from(-90) },
      { stage: 'closed' as const, from: from(90) },
    ];
    const { community, cycle } = await town(world, { cycle: { stages } });
    const queue = async (occasion: string, state: (typeof MESSAGE_STATES)[number], days: number, more: object = {}) => {
      const to = { community, channel: 'sms', address: '+8613800000001', language: 'zh-CN', kind: 'notice' } as const;
      await enqueue(world)({ occasion, ...to, said: { key: 'notice.closing' }, ...more });
      await collection(Message).updateOne({ _id: { $regex: `^${occasion}[|]` } }, { $set: { state, changedAt: from(-days) } });
    };
    for (const state of MESSAGE_STATES) await queue(`old ${state}`, state, 30);
    await queue('young', 'sent', 28);
    for (const kind of ['receipt', 'code', 'answer']) {
      await queue(`${kind} of days ago`, 'delivered', 3, { kind });
      await queue(`${kind} of today`, 'delivered', 2.9, { kind });
      await queue(`${kind} to be sent`, 'pending', 30, { kind });
    }
    await queue('this vote', 'sent', 80, { reminds: cycle });
    await queue('another vote', 'sent', 80, { reminds: 'over' });
    await forgetMessages(world.now());
    const kept = (await collection(Message).distinct('_id')).map((id) => id.split('|')[0]);
    expect(kept.toSorted()).to.deep.equal([
      ...['answer', 'code'].flatMap((kind) => [`${kind} of today`, `${kind} to be sent`]),
      ...['old leased', 'old pending', 'old sending'],
      ...['receipt of today', 'receipt to be sent', 'this vote', 'young'],
    ]);
  });
});
