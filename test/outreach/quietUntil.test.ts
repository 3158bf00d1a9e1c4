import { expect } from 'chai';
import fc from 'fast-check';
import { quietUntil } from '../../src/outreach/quietUntil.ts';

const night = (timezone: string, quiet = '21:00-08:00') => ({ quiet, timezone });
const until = (where: { quiet: string; timezone: string }, at: string) => quietUntil(where, new Date(at))?.toISOString();

describe('quietUntil', () => {
  it('holds from the evening to the morning on the walls of the zone', () => {
    const chengdu = night('Asia/Shanghai');
    expect(until(chengdu, '2026-12-01T12:59:59Z')).to.equal(undefined);
    expect(until(chengdu, '2026-12-01T13:00:00Z')).to.equal('2026-12-02T00:00:00.000Z');
    expect(until(chengdu, '2026-12-01T16:30:20Z')).to.equal('2026-12-02T00:00:00.000Z');
    expect(until(chengdu, '2026-12-01T23:59:59Z')).to.equal('2026-12-02T00:00:00.000Z');
    expect(until(chengdu, '2026-12-02T00:00:00Z')).to.equal(undefined);
  });

  it('within a day, all day, and never', () => {
    expect(until(night('UTC', '12:00-14:00'), '2026-12-01T13:00:00Z')).to.equal('2026-12-01T14:00:00.000Z');
    expect(until(night('UTC', '12:00-14:00'), '2026-12-01T14:00:00Z')).to.equal(undefined);
    expect(until(night('UTC', '08:00-08:00'), '2026-12-01T08:00:00Z')).to.equal(undefined);
  });

  it('ends in the morning of the day on which clocks are changed', () => {
    expect(until(night('Europe/Berlin'), '2026-03-28T22:00:00Z')).to.equal('2026-03-29T06:00:00.000Z');
    expect(until(night('Europe/Berlin'), '2026-10-24T22:00:00Z')).to.equal('2026-10-25T07:00:00.000Z');
    expect(until(night('Australia/Lord_Howe'), '2026-10-03T11:00:00Z'), 'half an hour').to.equal('2026-10-03T21:00:00.000Z');
  });

  it('what cannot be read is quiet', () => {
    for (const where of [night('Asia/Nowhere'), night('Asia/Shanghai', ''), night('Asia/Shanghai', 'at night')])
      expect(quietUntil(where, new Date('2026-12-01T04:00:00Z'))).to.be.instanceOf(Date);
  });

  it('ends later than now, at a moment that is not quiet, and there is nothing but quiet before it', () => {
    const zone = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    // at least three hours in which something may be sent: a shorter time can be left out by the clocks' own change
    const hours = fc
      .tuple(fc.integer({ min: 0, max: 24 * 60 - 1 }), fc.integer({ min: 3 * 60, max: 24 * 60 - 1 }))
      .map(([to, loud]) => `${clock((to + loud) % (24 * 60))}-${clock(to)}`);
    // every hour around the changes of clocks, and any minute of a year
    const moment = fc.oneof(
      fc.integer({ min: 0, max: 366 * 24 * 60 }),
      fc.constantFrom(87, 88, 297, 298, 276, 94, 66, 304).chain((day) => fc.integer({ min: day * 1440, max: (day + 1) * 1440 })),
    );
    fc.assert(
      fc.property(zone, hours, moment, (timezone, quiet, minutes) => {
        const where = night(timezone, quiet);
        const now = new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
        const end = quietUntil(where, now);
        if (!end) return;
        expect(end.getTime()).to.be.greaterThan(now.getTime());
        expect(end.getTime() - now.getTime()).to.be.at.most(25 * 3_600_000);
        const after = quietUntil(where, end);
        expect(after === undefined || after.getTime() - end.getTime() <= 2 * 3_600_000, 'but for an hour that is shown twice').to.equal(true);
        const before = new Date(Math.max(now.getTime(), end.getTime() - 2 * 3_600_000 - 60_000));
        if (before > now) expect(quietUntil(where, before), `${before.toISOString()}`).not.to.equal(undefined);
      }),
      { numRuns: 3_000 },
    );
  });
});

function clock(minutes: number): string {
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
