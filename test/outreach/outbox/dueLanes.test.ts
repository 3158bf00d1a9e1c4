import { expect } from 'chai';
import mongoose from 'mongoose';
import type { Channel } from '../../../src/contacts/channel.ts';
import { lease } from '../../../src/outreach/outbox/beginSending.ts';
import { enqueue, type Outgoing } from '../../../src/outreach/outbox/enqueue.ts';
import { laneOf, Message } from '../../../src/outreach/outbox/message.ts';
import { dueLanes } from '../../../src/outreach/outbox/outbox.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';

const NOON = new Date('2026-12-01T12:00:00Z');

describe('dueLanes', () => {
  const { world: here } = useDatabase('dueLanes');
  const world: World = { ...here, now: () => NOON };
  const minutes = (after: number) => new Date(NOON.getTime() + after * 60_000);
  let queued = 0;

  beforeEach(() => collection(Message).deleteMany({}));

  /** Queues one message that is due so many minutes after noon. */
  function queue(community: string, kind: Outgoing['kind'], dueAfter: number, channel: Channel = 'sms'): Promise<void> {
    queued += 1;
    return enqueue(world)({
      occasion: `n|${queued}`,
      community,
      channel,
      address: '+8613800000001',
      language: 'zh-CN',
      kind,
      said: { key: 'ask.answered', params: { text: '路灯下周修' } },
      dueAt: minutes(dueAfter),
    });
  }
  const ours = (community: string) => laneOf({ kind: 'notice', community });
  const theirs = (community: string) => laneOf({ kind: 'answer', community });

  it('gives the lanes of what residents are doing first, and among equals the one that has waited for longest', async () => {
    await queue('a', 'notice', -60);
    await queue('b', 'notice', -90);
    await queue('a', 'answer', -1);
    await queue('b', 'receipt', -2);
    expect(await dueLanes(world, 'sms')).to.deep.equal([theirs('b'), theirs('a'), ours('b'), ours('a')]);
  });

  it('goes by the oldest message of a lane, and names a lane once', async () => {
    await queue('a', 'notice', -5);
    await queue('b', 'notice', -10);
    await queue('a', 'notice', -20);
    await queue('a', 'notice', 30);
    expect(await dueLanes(world, 'sms')).to.deep.equal([ours('a'), ours('b')]);
  });

  it('leaves out what is not due yet, what is held, and what is on another channel', async () => {
    await queue('later', 'answer', 1);
    await queue('now', 'answer', 0);
    await queue('chat', 'answer', -1, 'wechat');
    await queue('held', 'answer', -1);
    expect(await lease(world, 'sms', theirs('held'), 1)).to.have.length(1);
    expect(await dueLanes(world, 'sms')).to.deep.equal([theirs('now')]);
    expect(await dueLanes(world, 'wechat')).to.deep.equal([theirs('chat')]);
    expect(await dueLanes(world, 'voice')).to.deep.equal([]);
  });

  it('costs one seek in the index for each lane, however much waits in it', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, index) => queue('a', 'notice', -index)));
    await queue('b', 'answer', -1);
    const { db } = mongoose.connection;
    await db?.command({ profile: 2 });
    await dueLanes(world, 'sms');
    await db?.command({ profile: 0 });
    const asked = (await db?.collection('system.profile').find({ 'command.aggregate': 'outbox' }).toArray()) ?? [];
    expect(asked.map(({ planSummary, docsExamined }) => [planSummary, docsExamined])).to.deep.equal([
      ['DISTINCT_SCAN { channel: 1, state: 1, lane: 1, dueAt: 1 }', 0],
    ]);
    expect(asked[0]?.keysExamined).to.be.at.most(5);
  });
});
