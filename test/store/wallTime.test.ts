import { expect } from 'chai';
import fc from 'fast-check';
import { readTime } from '../../src/store/wallTime.ts';

const BASE = new Date('2026-11-25T12:00:00Z');
const read = (text: string, zone = 'Asia/Shanghai') => readTime(text, zone, BASE)?.toISOString();

describe('readTime', () => {
  const table: [text: string, zone: string, moment: string | undefined][] = [
    ['2026-12-01', 'Asia/Shanghai', '2026-11-30T16:00:00.000Z'],
    ['2026-12-01T08:00', 'Asia/Shanghai', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01 08:00:30', 'Asia/Shanghai', '2026-12-01T00:00:30.000Z'],
    ['2026-12-01T08:00Z', 'Asia/Shanghai', '2026-12-01T08:00:00.000Z'],
    ['2026-12-01T08:00+01:00', 'Asia/Shanghai', '2026-12-01T07:00:00.000Z'],
    ['2026-07-01T08:00', 'Europe/Warsaw', '2026-07-01T06:00:00.000Z'],
    ['2026-12-01T08:00', 'Europe/Warsaw', '2026-12-01T07:00:00.000Z'],
    ['2026-03-29T01:59', 'Europe/Warsaw', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29T02:30', 'Europe/Warsaw', '2026-03-29T01:30:00.000Z'], // never shown: 03:30
    ['2026-10-25T02:30', 'Europe/Warsaw', '2026-10-25T00:30:00.000Z'], // shown twice: the first
    ['2026-10-25T03:00', 'Europe/Warsaw', '2026-10-25T02:00:00.000Z'],
    ['+14d', 'Asia/Shanghai', '2026-12-09T12:00:00.000Z'],
    ['-3d', 'Asia/Shanghai', '2026-11-22T12:00:00.000Z'],
    ['+2h', 'Asia/Shanghai', '2026-11-25T14:00:00.000Z'],
    ['+30m', 'Asia/Shanghai', '2026-11-25T12:30:00.000Z'],
    ['-90s', 'Asia/Shanghai', '2026-11-25T11:58:30.000Z'],
    ['+14dT20:00', 'Asia/Shanghai', '2026-12-09T12:00:00.000Z'],
    ['-3dT08:00', 'Asia/Shanghai', '2026-11-22T00:00:00.000Z'],
    ['+0dT00:00', 'Pacific/Apia', '2026-11-25T11:00:00.000Z'], // there it is the 26th
    ['+150d 08:00', 'Europe/Warsaw', '2027-04-24T06:00:00.000Z'], // in summer time
    ['+1dT24:00', 'Asia/Shanghai', undefined],
    ['+2hT20:00', 'Asia/Shanghai', undefined],
    ['2026-02-29', 'Asia/Shanghai', undefined],
    ['2026-12-01T24:00', 'Asia/Shanghai', undefined],
    ['2026-13-01', 'Asia/Shanghai', undefined],
    ['2026-12-1', 'Asia/Shanghai', undefined],
    ['14d', 'Asia/Shanghai', undefined],
    ['+1w', 'Asia/Shanghai', undefined],
    ['tomorrow', 'Asia/Shanghai', undefined],
    ['', 'Asia/Shanghai', undefined],
  ];
  for (const [text, zone, moment] of table) it(`reads ${text || 'nothing'} in ${zone}`, () => expect(read(text, zone)).to.equal(moment));

  it('reads back what the clocks of a zone show', () => {
    const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Warsaw', 'America/St_Johns', 'Pacific/Apia', 'Africa/Casablanca');
    const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2037-01-01'), noInvalidDate: true });
    const shown = (moment: Date, zone: string) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(moment);
    fc.assert(fc.property(moments, zones, (moment, zone) => shown(new Date(read(shown(moment, zone), zone) ?? 0), zone) === shown(moment, zone)));
  });
});
