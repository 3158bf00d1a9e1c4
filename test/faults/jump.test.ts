import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { root } from '../../src/store/files.ts';
import { beside } from '../support/beside.ts';
import { mongodProgram } from '../support/database.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

const DAY = 24 * 60 * 60 * 1_000;
/** No measure of speed: a scheduler that walks through the skipped time takes 38 to 110 seconds. */
const HELD_UP = 20_000;

describe('a machine’s clock that jumps', () => {
  let dataDir: string;
  let service: ServiceProcess;
  before(mongodProgram);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-jump-'));
  });
  afterEach(async () => {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('two days, a month, two years ahead and all of it back: turns are taken, and it is ready when the clock is right', async () => {
    const jumps = [2 * DAY, 30 * DAY, 730 * DAY, -762 * DAY];
    service = await serviceProcess({
      DATA_DIR: dataDir,
      NODE_OPTIONS: `--import ${join(root, 'test/support/jumpingClock.mjs')}`,
      JUMPS: jumps.join(),
    });
    const here = await beside(dataDir, ({ world }) => town(world, { residents: 200, cycle: votingNow(world) }));
    const waiting = [...here.phones];
    for (const jump of jumps) {
      service.signal('SIGUSR2');
      const slowest = await slowestOf(15);
      if (process.env.FIGURES) process.stderr.write(`${jump / DAY} days: the slowest answer took ${Math.round(slowest)} ms\n`);
      expect(slowest, `${jump / DAY} days`).to.be.below(HELD_UP);
      const ready = async () => (await fetch(`${service.url}/readyz`)).ok;
      if (jump > 0) expect(await ready()).to.equal(false);
      else while (!(await ready())) await sleep(50); // one answer may be late on a busy machine
    }

    /** Texts for three seconds: every timer of a second comes due meanwhile. */
    async function slowestOf(times: number): Promise<number> {
      let slowest = 0;
      for (let time = 0; time < times; time += 1) {
        const began = performance.now();
        const answer = await service.text({ from: waiting.pop() ?? expect.fail(), to: here.phone, body: '投 1 2' });
        slowest = Math.max(slowest, performance.now() - began);
        expect(answer).to.match(/\d{3} \d{3} \d{4}/);
        await sleep(200);
      }
      return slowest;
    }
  });
});
