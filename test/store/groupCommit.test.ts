import { setImmediate as immediate } from 'node:timers/promises';
import fakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { groupCommit, sharedRead } from '../../src/store/groupCommit.ts';

describe('groupCommit', () => {
  it('runs a lone call without another, and what comes meanwhile together', async () => {
    const batches: number[][] = [];
    let end = () => {};
    const double = groupCommit(async (items: readonly number[]) => {
      batches.push([...items]);
      if (batches.length === 1) await new Promise<void>((resolve) => (end = resolve));
      return items.map((item) => item * 2);
    });
    const first = double(1);
    while (batches.length === 0) await immediate();
    const others = [double(2), double(3), double(4)];
    await immediate();
    expect(batches).to.deep.equal([[1]]);
    end();
    expect(await Promise.all([first, ...others])).to.deep.equal([2, 4, 6, 8]);
    expect(batches).to.deep.equal([[1], [2, 3, 4]]);
  });

  it('takes together what one round of the event loop brings, however deep it is', async () => {
    const batches: number[][] = [];
    const same = groupCommit(async (items: readonly number[]) => {
      batches.push([...items]);
      return [...items];
    });
    const later = async (item: number) => {
      for (let deep = 0; deep < 10 * item; deep++) await undefined;
      return same(item);
    };
    await Promise.all([1, 2, 3].map(later));
    expect(batches).to.deep.equal([[1, 2, 3]]);
  });

  it('with a rest, takes together what comes until it is over', async () => {
    const batches: number[][] = [];
    const same = groupCommit(async (items: readonly number[]) => {
      batches.push([...items]);
      return [...items];
    }, 1_000);
    await same(1);
    const second = same(2);
    for (let rounds = 0; rounds < 10; rounds++) await immediate();
    await Promise.all([second, same(3)]);
    expect(batches).to.deep.equal([[1], [2, 3]]);
  });

  it('fails one item alone, a whole batch together, and goes on', async () => {
    const half = groupCommit(async (items: readonly number[]) => {
      if (items.includes(0)) throw new Error('the database is away');
      return items.map((item) => (item % 2 ? new Error(`${item} is odd`) : item / 2));
    });
    const outcome = async (items: number[]) =>
      (await Promise.allSettled(items.map(half))).map((settled) => (settled.status === 'fulfilled' ? settled.value : settled.reason.message));
    expect(await outcome([4, 3])).to.deep.equal([2, '3 is odd']);
    expect(await outcome([0, 4])).to.deep.equal(['the database is away', 'the database is away']);
    expect(await outcome([6])).to.deep.equal([3]);
  });

  it('reads once for all who ask for the same meanwhile, never what was read before one asked, and fails each alone', async () => {
    let now = 1;
    let end = () => {};
    const read = sharedRead(async (what) => {
      const seen = `${what} ${now}`;
      now += 1;
      if (what === 'lost') throw new Error('lost');
      await new Promise<void>((resolve) => (end = resolve));
      return seen;
    });
    const first = read('roster');
    while (now === 1) await immediate();
    const others = [read('roster'), read('lost').catch((error) => error.message), read('roster')];
    end();
    expect(await first).to.equal('roster 1');
    while (now < 4) await immediate();
    end();
    expect(await Promise.all(others)).to.deep.equal(['roster 2', 'lost', 'roster 2']);
  });

  it('gives up a batch that never settles, and goes on with what waits', async () => {
    const clock = fakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const batches: number[][] = [];
      const same = groupCommit((items: readonly number[]): Promise<number[]> => {
        batches.push([...items]);
        return items.includes(1) ? new Promise(() => {}) : Promise.resolve([...items]);
      });
      const lost = same(1).catch((error) => error.code);
      while (batches.length === 0) await immediate();
      const waiting = same(2);
      await clock.tickAsync(60_000);
      expect(await lost).to.equal('not-settled');
      expect(await waiting).to.equal(2);
    } finally {
      clock.uninstall();
    }
  });
});
