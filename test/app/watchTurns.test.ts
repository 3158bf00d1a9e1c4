import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '../../src/store/embedded/access.ts';
import { built } from '../support/built.ts';
import { mongodProgram } from '../support/database.ts';
import { useStore } from '../support/useStore.ts';

describe('a process that can take no turns', () => {
  let dataDir = '';
  before(async () => {
    await mongodProgram();
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-watched-'));
  });
  after(() => rm(dataDir, { recursive: true, force: true }));

  it('waits for a database that is away, and ends itself with a last line where the database answers others', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [await built('test/support/watchedService.ts')], {
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'silent' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const ended = once(child, 'exit');
    const said: string[] = [];
    createInterface(child.stderr).on('line', (line) => said.push(line));
    try {
      const started = await Promise.race([once(createInterface(child.stdout), 'line').then(([line]) => line), ended]);
      expect(started, said.join('\n')).to.equal('watched');
      const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
      expect(await isReady()).to.equal(true);

      const { mongod, leave } = await useStore(dataDir);
      process.kill(mongod, 'SIGSTOP');
      await sleep(10_000); // longer than its limit and all that it waits for
      process.kill(mongod, 'SIGCONT');
      while (!(await isReady())) await sleep(100);
      expect(child.exitCode).to.equal(null);

      child.stdin.write('wedge\n');
      expect(await ended).to.deep.equal([1, null]);
      expect(said.at(-1)).to.match(/^For 8 s no turn could be taken here while the database answered others\./);
      await leave();
    } finally {
      child.kill('SIGKILL');
    }
  });
});
