import { expect } from 'chai';
import { operator, Resident } from '../../../src/fund/people/index.ts';
import { Broadcast, markOfBroadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { queueBroadcast } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { addressIn, Message, type MessageRecord } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { cancelBroadcast } from '../../support/broadcasts.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';

const [MOTHER_AND_SON, DAUGHTER] = ['+8613800000001', '+8613800000002'];

describe('a text that was cancelled and is written again on the same day', () => {
  const { world } = useDatabase('takeUpAgain');
  let here: Town;

  beforeEach(async () => {
    here = await town(world);
    await here.person('mother', { phone: MOTHER_AND_SON });
    await here.person('son', { phone: MOTHER_AND_SON });
    await here.person('daughter', { phone: DAUGHTER, building: '3栋' });
  });

  /** Queues the text of the day to everybody, or as `given` has it. */
  async function queued(name: string, given: { to?: string; cycle?: string; dueAt?: Date; text?: string } = {}): Promise<string> {
    const { text = '明天停水', ...more } = given;
    const _id = `${here.community} ${name}`;
    const at = world.now();
    const common = { community: here.community, to: 'all', by: '王芳', occasion: `broadcast|${here.community}`, at, dueAt: at };
    const broadcast = { _id, text, ...common, ...more, state: 'queueing' as const };
    await collection(Broadcast).insertOne({ ...broadcast, mark: markOfBroadcast(world.vault, broadcast) });
    expect(await queueBroadcast(world, ['sms'], _id)).to.equal('queued');
    return _id;
  }
  /** The messages to a phone. */
  async function messagesTo(phone: string): Promise<MessageRecord[]> {
    const all = await collection(Message).find({ community: here.community }, { promoteBuffers: true }).toArray();
    return all.filter((message) => addressIn(world.vault, message) === phone);
  }
  async function messageTo(phone: string): Promise<MessageRecord> {
    const [message, ...others] = await messagesTo(phone);
    if (!message || others.length > 0) throw new Error('not exactly one message');
    return message;
  }

  it('waits again, with the new broadcast, at its time and with all its tries, once for a phone that two share', async () => {
    const first = await queued('first');
    await collection(Message).updateMany({ broadcast: first }, { $set: { attempts: 7, token: 'of a lease' } });
    await cancelBroadcast(world, first, operator('Li'));
    const dueAt = new Date(world.now().getTime() + 3_600_000);
    const second = await queued('second', { dueAt });
    for (const phone of [MOTHER_AND_SON, DAUGHTER]) {
      const message = await messageTo(phone);
      expect(message).to.deep.include({ state: 'pending', broadcast: second, dueAt, attempts: 0 });
      expect(message).not.to.have.property('token');
    }
  });

  it('reaches a shared phone also if the resident of whom the message was is not on the roster any more', async () => {
    const first = await queued('first');
    const { resident } = await messageTo(MOTHER_AND_SON);
    await collection(Resident).updateOne({ _id: resident }, { $set: { erasedAt: world.now() } });
    await cancelBroadcast(world, first, operator('Li'));
    const second = await queued('second');
    expect(await messageTo(MOTHER_AND_SON)).to.include({ state: 'pending', broadcast: second });
  });

  it('that names each resident is taken up for each of them, also on one phone', async () => {
    const first = await queued('first', { text: '{name}您好，明天停水' });
    await cancelBroadcast(world, first, operator('Li'));
    const second = await queued('second', { text: '{name}您好，明天停水' });
    expect((await messagesTo(MOTHER_AND_SON)).map(({ state, broadcast }) => [state, broadcast])).to.deep.equal([
      ['pending', second],
      ['pending', second],
    ]);
  });

  it('does not wait again for those who got it, nor for those whom it was not sent to for a reason', async () => {
    const first = await queued('first');
    const { _id: got } = await messageTo(MOTHER_AND_SON);
    const { _id: late } = await messageTo(DAUGHTER);
    await collection(Message).updateOne({ _id: got }, { $set: { state: 'sent' } });
    await collection(Message).updateOne({ _id: late }, { $set: { state: 'cancelled', reason: 'late' } });
    await cancelBroadcast(world, first, operator('Li'));
    await queued('second');
    expect(await messageTo(MOTHER_AND_SON)).to.include({ state: 'sent', broadcast: first });
    expect(await messageTo(DAUGHTER)).to.include({ state: 'cancelled', broadcast: first, reason: 'late' });
  });

  it('stays cancelled for those whom the new broadcast does not go to', async () => {
    const first = await queued('first');
    await cancelBroadcast(world, first, operator('Li'));
    const second = await queued('second', { to: 'building:3' });
    expect(await messageTo(MOTHER_AND_SON)).to.include({ state: 'cancelled', broadcast: first });
    expect(await messageTo(DAUGHTER)).to.include({ state: 'pending', broadcast: second });
  });

  it('leaves out who has voted only if the new broadcast does', async () => {
    const first = await queued('first');
    await cancelBroadcast(world, first, operator('Li'));
    const second = await queued('second', { to: 'not-voted', cycle: here.cycle });
    expect(await messageTo(DAUGHTER)).to.include({ state: 'pending', unlessVoted: here.cycle });
    await cancelBroadcast(world, second, operator('Li'));
    await queued('third');
    expect(await messageTo(DAUGHTER))
      .to.include({ state: 'pending' })
      .and.not.to.have.property('unlessVoted');
  });
});
