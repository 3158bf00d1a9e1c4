import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { changes, remembered } from '../../src/store/changes.ts';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';

describe('changes', () => {
  const base = useDatabase('changes');
  let world: World;
  let end: () => Promise<void>;
  const failures: unknown[] = [];
  const things = () => mongoose.connection.collection<{ _id: string; says: number }>('things');
  const { mark, listen } = {
    mark: () => changes(world).mark(),
    listen: () => changes(world).listen(db(), ['things'], (error) => failures.push(error)),
  };
  const db = () => {
    if (!mongoose.connection.db) throw new Error('not connected');
    return mongoose.connection.db;
  };
  const until = async (is: () => boolean) => {
    for (let tries = 0; !is(); tries++) {
      if (tries > 400) throw new Error('it never came');
      await sleep(10);
    }
  };

  before(async () => {
    world = { ...base.world };
    await things().insertOne({ _id: 'one', says: 1 });
    expect(mark()).to.equal(undefined);
    end = listen();
    await until(() => mark() !== undefined);
  });
  after(() => end());

  it('are heard of what is listened to and of nothing else', async () => {
    const before = mark();
    await mongoose.connection.collection('others').insertOne({});
    await sleep(700);
    expect(mark()).to.equal(before);
    await things().updateOne({ _id: 'one' }, { $set: { says: 2 } });
    await until(() => mark() !== before);
  });

  it('let what is remembered hold until something changes, and no longer', async () => {
    let loads = 0;
    const later = { ...world, now: () => new Date(Date.now() + loads * 60_000) }; // past its lifetime whenever it was loaded
    const load = async (_id: string) => {
      loads += 1;
      return (await things().findOne({ _id }))?.says;
    };
    const says = remembered(later, 1_000, 10, load, mark);
    await things().updateOne({ _id: 'one' }, { $set: { says: 3 } });
    await sleep(700);
    expect([await says('one'), await says('one'), await says('one')]).to.deep.equal([3, 3, 3]);
    expect(loads).to.equal(1);
    const before = mark();
    await things().updateOne({ _id: 'one' }, { $set: { says: 4 } });
    await until(() => mark() !== before);
    expect(await says('one')).to.equal(4);
  });

  it('are taken up again where listening broke off, and nothing from before holds', async () => {
    const before = mark();
    await db().dropDatabase(); // ends the stream
    await until(() => mark() === undefined);
    await until(() => mark() !== undefined);
    expect(mark()).to.be.above(before ?? Number.NaN);
    await things().insertOne({ _id: 'two', says: 1 });
    const again = mark();
    await things().updateOne({ _id: 'two' }, { $set: { says: 2 } });
    await until(() => mark() !== again);
  });

  it('are not heard any more once it is ended', async () => {
    await end();
    expect(mark()).to.equal(undefined);
    end = listen();
    await until(() => mark() !== undefined);
  });
});
