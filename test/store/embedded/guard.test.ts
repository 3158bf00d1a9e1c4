import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '../../../src/store/embedded/access.ts';
import { type Embedded, embedded } from '../../../src/store/embedded/embedded.ts';
import { isAlive } from '../../../src/store/embedded/exclusively.ts';
import type { GuardLimits } from '../../../src/store/embedded/guard.ts';
import { built } from '../../support/built.ts';
import { mongodProgram } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { until } from '../../support/until.ts';

/** In a tenth of the time. */
const SOON: GuardLimits = { every: 50, longest: 400, failures: 3 };

describe('the embedded MongoDB that ends', function () {
  this.timeout(120_000);
  const started: Embedded[] = [];
  const mongods: number[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ release }) => release()));
    for (const pid of mongods.splice(0).filter(isAlive)) {
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await sleep(5);
    }
  });
  const folder = useFolders(); // removed after that

  /** Our mongod under a folder, by a program that fails as long as there is a file `broken` beside it. */
  async function begun() {
    const place = folder({ 'mongod.sh': `[ -e "$(dirname "$0")/broken" ] && exit 1\nexec ${await mongodProgram()} "$@"\n` });
    const program = join(place, 'mongod.sh');
    await writeFile(program, `#!/bin/sh\n${await readFile(program, 'utf8')}`);
    await chmod(program, 0o755);
    const database = await embedded(place, program, SOON);
    started.push(database);
    const pid = async () => {
      const { pid } = JSON.parse(await readFile(join(place, 'database', 'lock.json'), 'utf8'));
      if (!mongods.includes(pid)) mongods.push(pid);
      return Number(pid);
    };
    const ends = async (signal: NodeJS.Signals) => {
      const ended = await pid();
      process.kill(ended, signal);
      while (isAlive(ended)) await sleep(5);
      return ended;
    };
    const runsAgain = (after: number) => until('another mongod', async () => (await pid()) !== after);
    const breaks = (isBroken: boolean) => (isBroken ? writeFile(join(place, 'broken'), '') : rm(join(place, 'broken')));
    return { place, database, pid, ends, runsAgain, breaks };
  }
  const codeOfLost = ({ lost }: Embedded) => Promise.race([lost.then(({ code }) => code), sleep(60_000, 'nothing', { ref: false })]);

  it('by a kill is started again each time, however often', async () => {
    const { database, ends, runsAgain } = await begun();
    for (let kill = 0; kill < 2 * SOON.failures; kill += 1) await runsAgain(await ends('SIGKILL'));
    expect(await Promise.race([database.lost, 'is kept'])).to.equal('is kept');
  });

  it('and cannot be started is tried again, and given up after a few tries', async () => {
    const { database, ends, runsAgain, breaks } = await begun();
    await breaks(true);
    const ended = await ends('SIGKILL');
    await sleep(SOON.every * 2);
    await breaks(false);
    await runsAgain(ended);
    await breaks(true);
    await ends('SIGKILL');
    expect(await codeOfLost(database)).to.equal('mongod-lost');
  });

  it('by itself again and again is given up, too', async () => {
    const { database, ends, runsAgain } = await begun();
    for (let end = 1; end < SOON.failures; end += 1) await runsAgain(await ends('SIGABRT'));
    await ends('SIGABRT');
    expect(await codeOfLost(database)).to.equal('mongod-lost');
  });

  it('and whose port is taken before it is started again is given up: nobody would find it', async () => {
    const { database, pid } = await begun();
    const port = Number(new URL(database.uri).port);
    const squatter = createServer((socket) => socket.destroy()); // one that keeps silent holds up mongod, which asks there for itself, for half a minute
    const listens = async () => {
      squatter.listen(port, '127.0.0.1');
      return Promise.race([once(squatter, 'listening').then(() => true), once(squatter, 'error').then(() => false)]);
    };
    process.kill(await pid(), 'SIGKILL');
    while (!(await listens().catch(() => false))) await sleep(1);
    try {
      expect(await codeOfLost(database)).to.equal('mongod-moved');
      await pid();
    } finally {
      squatter.close();
    }
  });

  it('is not replaced by an empty one when its files are gone: the service ends at once, and says why', async () => {
    await mongodProgram();
    const dataDir = folder({});
    const port = await freePort();
    const service = spawn(process.execPath, [await built('src/app/main.ts')], {
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(service, 'exit');
    const said: string[] = [];
    createInterface(service.stderr).on('line', (line) => said.push(line));
    try {
      await until('a service', async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok);
      mongods.push(JSON.parse(await readFile(join(dataDir, 'database', 'lock.json'), 'utf8')).pid);
      await rm(join(dataDir, 'database', 'data'), { recursive: true, force: true });
      expect(await Promise.race([ended, sleep(60_000, 'goes on', { ref: false })])).to.deep.equal([1, null]);
      expect(said.at(-1)).to.match(/^The files of the embedded MongoDB are gone\./);
      expect(existsSync(join(dataDir, 'database', 'data', 'WiredTiger'))).to.equal(false);
    } finally {
      service.kill('SIGKILL');
    }
  });
});
