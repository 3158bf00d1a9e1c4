import { expect } from 'chai';
import fc from 'fast-check';
import type { CarrierStatus } from '../../../src/carriers/sending.ts';
import { carrierStatus } from '../../../src/outreach/outbox/delivery.ts';
import { Message, type MessageState } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';

type Report = CarrierStatus['state'];

describe('carrierStatus', () => {
  const { world } = useDatabase('carrierStatus');

  /** Puts a message in `state` there, with or without its carrier's id. Gives its own, which is the carrier's as well. */
  async function put(state: MessageState, by: 'ref' | 'carrierId'): Promise<string> {
    const id = world.randomBytes(8).toString('hex');
    const at = world.now();
    const said = world.vault.encrypt('messageSaid', id, '{"key":"ask.answered"}');
    const rest = {
      community: 'qingsong',
      channel: 'sms',
      address: Buffer.from('to nobody'),
      to: id,
      language: 'zh-CN',
      kind: 'answer',
      lane: '0|qingsong',
      attempts: 1,
    } as const;
    await collection(Message).insertOne({
      _id: id,
      ...rest,
      said,
      state,
      dueAt: at,
      ref: `qingsong.${id}`,
      ...(by === 'carrierId' && { carrierId: id }),
      at,
      changedAt: at,
    });
    return id;
  }

  /** The last state of a message that was in `state` and then got these reports in this order. */
  async function ends(state: MessageState, told: readonly Report[], by: 'ref' | 'carrierId' = 'carrierId'): Promise<MessageState | undefined> {
    const id = await put(state, by);
    for (const next of told) await carrierStatus(world, { carrierId: id, state: next, ...(by === 'ref' && { ref: `qingsong.${id}` }) });
    return (await collection(Message).findOne({ _id: id }))?.state;
  }

  it('only moves forward, in whatever order and however often it is told', async () => {
    const whole: Report[] = ['sent', 'sent', 'sent', 'delivered'];
    const orders = fc.shuffledSubarray([...whole, ...whole], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(orders, async (told) => {
        expect(await ends('sent', told)).to.equal(told.includes('delivered') ? 'delivered' : 'sent');
      }),
      { numRuns: 40 },
    );
  });

  it('never leaves an end', async () => {
    for (const end of ['delivered', 'failed', 'stopped', 'cancelled'] as const) {
      expect(await ends(end, ['sent', 'delivered', 'failed', 'stopped'])).to.equal(end);
    }
  });

  it('settles what nobody knew, found by the name that we gave it', async () => {
    for (const state of ['sending', 'unknown'] as const) {
      for (const told of ['sent', 'delivered', 'failed', 'stopped'] as const) expect(await ends(state, [told], 'ref')).to.equal(told);
    }
  });

  it('changes nothing that the carrier cannot have yet', async () => {
    for (const state of ['pending', 'leased'] as const) expect(await ends(state, ['sent', 'delivered', 'failed'], 'ref')).to.equal(state);
  });

  it('is taken where ref and id are of two messages, and says of neither what became of it', async () => {
    const record = (_id: string) => collection(Message).findOne({ _id }, { projection: { state: 1, reason: 1, carrierId: 1 } });
    for (const [before, after] of [
      ['sending', { state: 'unknown', reason: 'nonsense' }],
      ['unknown', { state: 'unknown' }],
    ] as const) {
      const [one, other] = [await put(before, 'ref'), await put('sent', 'carrierId')];
      for (const state of ['delivered', 'failed', 'delivered'] as const)
        await carrierStatus(world, { ref: `qingsong.${one}`, carrierId: other, state });
      expect(await record(one)).to.deep.equal({ _id: one, ...after });
      expect(await record(other)).to.deep.equal({ _id: other, state: 'sent', carrierId: other });
      await carrierStatus(world, { ref: `qingsong.${one}`, carrierId: one, state: 'delivered' });
      expect((await record(one))?.state, 'told rightly later').to.equal('delivered');
    }
  });

  it('takes word of a message that is not ours for nothing', async () => {
    const before = await collection(Message).countDocuments();
    await carrierStatus(world, { carrierId: 'SMunheardof', state: 'delivered' });
    expect(await collection(Message).countDocuments()).to.equal(before);
  });
});
