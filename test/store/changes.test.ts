import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { cached, changes } from '../../src/store/cache.ts';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';

describe('changes', () => {
  const base = useDatabase('changes');
  let world: World;
  let end: () => Promise<void>;
  const failures: unknown[] = [];
  const things = () => mongoose.connection.collection<{ _id: string; says: number }>('things');
  const { version, listen } = {
    version: () => changes(world).version(),
    listen: () => changes(world).listen(db(), ['things'], (error) => failures.push(error)),
  };
  const db = () => {
    if (!mongoose.connection.db) throw new Error('not connected');
    return mongoose.connection.db;
  };
  const until = async (is: () => boolean) => {
    while (!is()) await sleep(10);
  };
  /** The version; a listener that has just heard nothing for a while has none, until it hears again. */
  const heard = async () => {
    for (;;) {
      const now = version();
      if (now !== undefined) return now;
      await sleep(10);
    }
  };
  const untilOtherThan = async (before: number) => {
    while ((await heard()) === before) await sleep(10);
  };

  before(async () => {
    world = { ...base.world };
    await things().insertOne({ _id: 'one', says: 1 });
    expect(version()).to.equal(undefined);
    end = listen();
    await until(() => version() !== undefined);
  });
  after(() => end());

  it('are heard of what is listened to and of nothing else', async () => {
    const before = await heard();
    await mongoose.connection.collection('others').insertOne({});
    await sleep(700);
    expect(await heard()).to.equal(before);
    await things().updateOne({ _id: 'one' }, { $set: { says: 2 } });
    await untilOtherThan(before);
  });

  it('let what is remembered hold until something changes, and no longer', async () => {
    let loads = 0;
    const later = { ...world, now: () => new Date(Date.now() + loads * 60_000) }; // past its lifetime whenever it was loaded
    const load = async (_id: string) => {
      loads += 1;
      return (await things().findOne({ _id }))?.says;
    };
    const says = cached(later, 1_000, 10, load, version);
    const first = await heard();
    await things().updateOne({ _id: 'one' }, { $set: { says: 3 } });
    await untilOtherThan(first);
    expect([await says('one'), await says('one'), await says('one')]).to.deep.equal([3, 3, 3]);
    expect(loads).to.equal(1);
    const before = await heard();
    await things().updateOne({ _id: 'one' }, { $set: { says: 4 } });
    await untilOtherThan(before);
    expect(await says('one')).to.equal(4);
  });

  it('are taken up again where listening broke off, and nothing from before holds', async () => {
    const before = await heard();
    await db().dropDatabase(); // ends the stream
    await until(() => version() === undefined);
    expect(await heard()).to.be.above(before);
    await things().insertOne({ _id: 'two', says: 1 });
    const again = await heard();
    await things().updateOne({ _id: 'two' }, { $set: { says: 2 } });
    await untilOtherThan(again);
  });

  it('are not heard any more once it is ended', async () => {
    await end();
    expect(version()).to.equal(undefined);
    end = listen();
    await until(() => version() !== undefined);
  });
});
