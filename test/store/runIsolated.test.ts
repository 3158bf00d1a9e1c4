import { getPriority } from 'node:os';
import { expect } from 'chai';
import { runIsolated } from '../../src/store/runIsolated.ts';
import type { About, Asked } from './isolatedWork.ts';

const work = (what: Asked, limits = { ms: 30_000, mebibytes: 64 }) =>
  runIsolated<{ what: Asked }, About>(import.meta.dirname, 'isolatedWork', { what }, limits);
const refusal = (what: Asked, limits?: { ms: number; mebibytes: number }) =>
  work(what, limits).then(
    () => 'done',
    (error: Error) => ('code' in error ? error.code : error.message.split('\n')[0]),
  );

describe('work that is done apart', () => {
  it('has another process, a lower priority and none of the settings', async () => {
    process.env.SECRET_OF_TESTS = 'x';
    const about = await work('about').finally(() => Reflect.deleteProperty(process.env, 'SECRET_OF_TESTS'));
    expect(about.pid).not.to.equal(process.pid);
    expect(about.priority).to.be.above(getPriority());
    expect(about.settings.filter((name) => name !== 'NODE_OPTIONS' && name !== 'TMPDIR' && !name.startsWith('NODE_CHANNEL'))).to.deep.equal([]);
  });

  it('ends alone if it takes too much memory, too long, or breaks, and says what it threw', async () => {
    const ends = await Promise.all([
      refusal('memory'),
      refusal('bytes'),
      refusal('long', { ms: 1_000, mebibytes: 64 }),
      refusal('crash'),
      refusal('throw'),
    ]);
    expect(ends).to.deep.equal(['apart-limits', 'apart-limits', 'apart-limits', 'apart-limits', 'Error: it cannot be done']);
    expect((await work('about')).pid).to.be.a('number');
  });
});
