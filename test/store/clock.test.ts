import fakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { clock } from '../../src/store/clock.ts';
import { useDatabase } from '../support/database.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe('clock', () => {
  useDatabase('clock');

  it("is the database's, whatever this machine's is set to, and tells how far that is off", async () => {
    const right = Date.now();
    const machine = fakeTimers.install({ toFake: ['Date'], now: right + HOUR });
    const ours = await clock();
    try {
      expect(ours.now().getTime()).to.be.closeTo(right, MINUTE);
      expect(ours.offset()).to.be.closeTo(HOUR, MINUTE);
      machine.setSystemTime(right - HOUR);
      expect(ours.now().getTime()).to.be.closeTo(right, MINUTE);
      expect(ours.offset()).to.be.closeTo(-HOUR, MINUTE);
    } finally {
      ours.close();
      machine.uninstall();
    }
  });
});
