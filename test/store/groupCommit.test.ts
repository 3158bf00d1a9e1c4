import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { groupCommit } from '../../src/store/groupCommit.ts';

describe('groupCommit', () => {
  it('runs a lone call at once, and what comes meanwhile together', async () => {
    const batches: number[][] = [];
    const double = groupCommit(async (items: readonly number[]) => {
      batches.push([...items]);
      await sleep(5);
      return items.map((item) => item * 2);
    });
    const first = double(1);
    await sleep(1);
    expect(await Promise.all([first, double(2), double(3), double(4)])).to.deep.equal([2, 4, 6, 8]);
    expect(batches).to.deep.equal([[1], [2, 3, 4]]);
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
});
