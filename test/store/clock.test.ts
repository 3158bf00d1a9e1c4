import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import fakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { type Clock, clock } from '../../src/store/clock.ts';
import { useDatabase } from '../support/database.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe('clock', () => {
  useDatabase('clock');
  let machine: fakeTimers.Clock;
  let ours: Clock;
  let right: number;
  const { uptime } = os;
  const start = async (ahead: number) => {
    right = Date.now();
    machine = fakeTimers.install({ toFake: ['Date'], now: right + ahead });
    ours = await clock();
  };
  const shows = () => ours.now().getTime() - right;
  const wasUpFor = (more: number) => {
    os.uptime = () => uptime() + more / 1_000;
    syncBuiltinESMExports();
  };
  afterEach(() => {
    ours.close();
    machine.uninstall();
    wasUpFor(0);
  });

  it("is the database's, whatever this machine's is set to, and tells whether they agree", async () => {
    await start(HOUR);
    expect(shows()).to.be.closeTo(0, MINUTE);
    expect(ours.agrees()).to.equal(false);
    machine.setSystemTime(right - HOUR);
    expect(shows()).to.be.closeTo(0, MINUTE);
    expect(ours.agrees()).to.equal(false);
  });

  it('knows at once how long the machine slept, and asks the database again', async () => {
    await start(0);
    wasUpFor(48 * HOUR);
    machine.setSystemTime(right + 48 * HOUR);
    expect(shows(), 'before the database has answered').to.be.closeTo(48 * HOUR, MINUTE);
    // here it did not sleep
    while (shows() > MINUTE) await sleep(5);
    expect(shows()).to.be.closeTo(0, MINUTE);
  });
});
