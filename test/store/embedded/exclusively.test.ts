import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { exclusively } from '../../../src/store/embedded/exclusively.ts';

describe('exclusively', () => {
  let folder = '';
  let inside = 0;
  const work = async () => {
    inside += 1;
    await sleep(5);
    const together = inside;
    inside -= 1;
    return together;
  };
  /** How many were inside at once, as each of ten saw it. */
  const tenAtOnce = () => Promise.all(Array.from({ length: 10 }, () => exclusively(join(folder, 'busy'), work)));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yisheng-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets one in at a time, also after one that failed', async () => {
    const failed = exclusively(join(folder, 'busy'), () => Promise.reject(new Error('no')));
    const [ten] = await Promise.all([tenAtOnce(), failed.catch(() => undefined)]);
    expect(ten).to.deep.equal(Array(10).fill(1));
    expect(await readdir(folder)).to.deep.equal([]);
  });

  for (const [who, pid] of [
    ['a process that died', spawnSync('true').pid],
    ['a process of the same pid, before this one', process.pid],
  ] as const)
    it(`passes over ${who}`, async () => {
      await symlink(`${pid} somebody`, join(folder, 'busy'));
      expect(await tenAtOnce()).to.deep.equal(Array(10).fill(1));
    });
});
