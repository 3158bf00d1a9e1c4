import { expect } from 'chai';
import { operator } from '../../../src/fund/people/index.ts';
import { Broadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { pauseOnFailures } from '../../../src/outreach/outbox/delivery.ts';
import { collection } from '../../../src/store/collection.ts';
import { resumeBroadcast } from '../../support/broadcasts.ts';
import { useDatabase } from '../../support/database.ts';

describe('pauseOnFailures', () => {
  const { world } = useDatabase('pauseOnFailures');

  async function broadcast(): Promise<string> {
    const _id = world.randomBytes(4).toString('hex');
    const at = world.now();
    const text = { community: 'qingsong', text: '停水', to: 'all', by: '王芳', occasion: `broadcast|${_id}` };
    await collection(Broadcast).insertOne({ _id, ...text, at, dueAt: at, state: 'queued' });
    return _id;
  }
  const isPaused = async (_id: string) => (await collection(Broadcast).findOne({ _id }))?.pausedAt !== undefined;
  const end = async (id: string | undefined, isFailed: boolean, times: number) => {
    for (let n = 0; n < times; n += 1) await pauseOnFailures(world)(id, isFailed);
  };

  it('pauses a broadcast at the fifteenth failure, and no sooner', async () => {
    const id = await broadcast();
    await end(id, true, 14);
    expect(await isPaused(id)).to.equal(false);
    await end(id, true, 1);
    expect(await isPaused(id)).to.equal(true);
  });

  it('counts the failures among the last fifty messages only', async () => {
    const id = await broadcast();
    await end(id, true, 14);
    await end(id, false, 49);
    await end(id, true, 13);
    expect(await isPaused(id), '13 among the last 50').to.equal(false);
    await end(id, false, 35);
    await end(id, true, 1);
    expect(await isPaused(id), '14 among the last 50').to.equal(false);
    await end(id, true, 1);
    expect(await isPaused(id), '15 among the last 50').to.equal(true);
  });

  it('counts each broadcast for itself, and no message that belongs to none', async () => {
    const [one, other] = [await broadcast(), await broadcast()];
    await end(one, true, 14);
    await end(other, true, 14);
    await end(undefined, true, 15);
    expect([await isPaused(one), await isPaused(other)]).to.deep.equal([false, false]);
    await end(other, true, 1);
    expect([await isPaused(one), await isPaused(other)]).to.deep.equal([false, true]);
  });

  it('counts anew after a pause', async () => {
    const id = await broadcast();
    await end(id, true, 15);
    expect(await resumeBroadcast(world, id, operator('Li'))).to.deep.equal({ wasPaused: true });
    await end(id, true, 14);
    expect(await isPaused(id)).to.equal(false);
    await end(id, true, 1);
    expect(await isPaused(id)).to.equal(true);
  });
});
