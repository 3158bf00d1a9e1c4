import { expect } from 'chai';
import { calendarFile } from '../../src/web/calendarFile.ts';

const FROM = new Date('2026-12-01T00:00:00.000Z');
const TO = new Date('2026-12-15T12:30:00.000Z');

describe('a calendar as a file', () => {
  const file = (title: string, name = '青松社区') =>
    calendarFile(
      [
        {
          id: 'qingsong-2027',
          title,
          periods: [
            { stage: 'vote', from: FROM, to: TO },
            { stage: 'closed', from: TO },
          ],
        },
      ],
      {
        host: 'example.org',
        name,
        now: FROM,
        nameOf: (stage) => (stage === 'vote' ? '投票' : '结束'),
      },
    );
  /** The lines as a reader has them: folded ones are joined again. */
  const lines = (text: string) => text.replaceAll('\r\n ', '').split('\r\n');

  it('has an event for each stage, in UTC; the last has no end', () => {
    const text = file('今年的资金');
    expect(lines(text).filter((line) => /^(BEGIN|END|DT)/.test(line))).to.deep.equal([
      'BEGIN:VCALENDAR',
      ...['BEGIN:VEVENT', 'DTSTAMP:20261201T000000Z', 'DTSTART:20261201T000000Z', 'DTEND:20261215T123000Z', 'END:VEVENT'],
      ...['BEGIN:VEVENT', 'DTSTAMP:20261201T000000Z', 'DTSTART:20261215T123000Z', 'END:VEVENT'],
      'END:VCALENDAR',
    ]);
    expect(lines(text)).to.include('SUMMARY:青松社区 投票').and.to.include('UID:qingsong-2027-vote-20261201T000000Z@example.org');
    expect(text.endsWith('END:VCALENDAR\r\n')).to.equal(true);
  });

  it('ends each line with CRLF, has none longer than 75 octets, and cuts no character', () => {
    for (const title of ['社区保障资金'.repeat(40), `a${'灯'.repeat(100)}`, '🏮'.repeat(60), 'x'.repeat(75)]) {
      const text = file(title);
      expect(text.replaceAll('\r\n', '')).to.not.match(/[\r\n]/);
      for (const line of text.split('\r\n')) {
        expect(Buffer.byteLength(line), line).to.be.at.most(75);
        expect(line).to.not.include('\uFFFD');
        expect(Buffer.from(line).toString()).to.equal(line);
      }
      expect(lines(text)).to.include(`DESCRIPTION:${title}`);
    }
  });

  it('escapes what separates values', () => {
    expect(lines(file('一；二;三,四\\五\r\n六\n七'))).to.include('DESCRIPTION:一；二\\;三\\,四\\\\五\\n六\\n七');
  });
});
