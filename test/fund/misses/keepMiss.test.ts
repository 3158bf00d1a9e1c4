import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { mongo } from 'mongoose';
import { forgetMisses, keepMisses, Miss, MOST_A_DAY, MOST_OF_ONE, readMisses, withoutNumbers } from '../../../src/fund/misses/miss.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';

const AT = new Date('2026-12-03T09:30:00Z');

describe('what was not understood', () => {
  const { world } = useDatabase('misses');
  let community: string;
  let reported: unknown[];
  let keep: ReturnType<typeof keepMisses>['keep'];
  let written: ReturnType<typeof keepMisses>['written'];

  beforeEach(() => {
    community = randomBytes(6).toString('hex');
    reported = [];
    ({ keep, written } = keepMisses(world, (error) => reported.push(error)));
  });

  const stored = () => collection(Miss).find({ community }, { promoteBuffers: true }).toArray();
  const read = (now = AT) => readMisses({ ...world, now: () => now }, community);
  /** Waits until as many are stored. */
  const storedIn = (many: number) => until(`${many} misses`, async () => (await stored()).length >= many);

  it('is kept encrypted, with its day, and without a word of who wrote it', async () => {
    keep({ community, sender: 'sms|+8613800000001', at: AT, text: '那边那个啥子时候弄嘛，我是13800000001' });
    await storedIn(1);
    const [miss, ...others] = await stored();
    expect(others).to.deep.equal([]);
    expect(miss).to.have.all.keys('_id', 'community', 'day', 'text', 'count');
    expect(miss?.day).to.deep.equal(new Date('2026-12-03T00:00:00Z'));
    expect(miss?.text.includes('那边')).to.equal(false);
    expect(JSON.stringify(miss)).not.to.match(/13800000001|sms/);
    expect(await read()).to.deep.equal([{ text: '那边那个啥子时候弄嘛，我是***********', count: 1 }]);
  });

  const masked: [text: string, kept: string | undefined][] = [
    ['我在３栋2单元501', '我在*栋*单元***'],
    ['打一三八零零零零零零零一', '打***********'],
    ['卡号204 681 717对不对', '卡号*** *** ***对不对'],
    ['投第三个嘛', '投第三个嘛'],
    ['3 7', undefined],
    ['204681717', undefined],
    ['👌？！', undefined],
    ['长'.repeat(300), '长'.repeat(120)],
  ];
  for (const [text, kept] of masked)
    it(`is kept of “${text.slice(0, 12)}” as ${kept?.slice(0, 12)}`, () => expect(withoutNumbers(text)).to.equal(kept));

  it('is counted where several write the same', async () => {
    for (const sender of ['a', 'b', 'c']) keep({ community, sender, at: AT, text: `那边那个 ${sender.charCodeAt(0)}` });
    keep({ community, sender: 'd', at: new Date(AT.getTime() + DAY_MS), text: '那边那个 1' });
    await written(); // as a stop waits for it
    expect(await read()).to.deep.equal([
      { text: '那边那个 **', count: 3 },
      { text: '那边那个 *', count: 1 },
    ]);
  });

  it('is not filled by one who floods: a few texts a day of each, and others still have their place', async () => {
    const word = (number: number) => [...String(number)].map((digit) => '甲乙丙丁戊己庚辛壬癸'.charAt(Number(digit))).join('');
    for (let number = 0; number < 2_000; number++) keep({ community, sender: 'flood', at: AT, text: word(number) });
    keep({ community, sender: 'somebody', at: AT, text: '那边那个' });
    await storedIn(MOST_OF_ONE + 1);
    expect(await stored()).to.have.length(MOST_OF_ONE + 1);
    expect((await read()).map(({ text }) => text)).to.include('那边那个');
  });

  it('is bounded a day where very many write, and goes on the next day', async () => {
    const word = (number: number) => [...String(number)].map((digit) => '甲乙丙丁戊己庚辛壬癸'.charAt(Number(digit))).join('');
    for (let number = 0; number < MOST_A_DAY * 2; number++) {
      keep({ community, sender: String(number), at: AT, text: word(number) });
      if (number % 50 === 0) await sleep(30);
    }
    keep({ community, sender: 'next', at: new Date(AT.getTime() + DAY_MS), text: '那边那个' });
    await storedIn(MOST_A_DAY + 1);
    const days = (await stored()).map(({ day }) => day.getTime());
    expect(days.filter((day) => day === Math.min(...days))).to.have.length(MOST_A_DAY);
    expect(days).to.have.length(MOST_A_DAY + 1);
  });

  it('is gone after thirty days', async () => {
    keep({ community, sender: 'a', at: AT, text: '那边那个' });
    await storedIn(1);
    await forgetMisses(new Date(AT.getTime() + 30 * DAY_MS));
    expect(await stored()).to.have.length(1);
    await forgetMisses(new Date(AT.getTime() + 31 * DAY_MS));
    expect(await stored()).to.deep.equal([]);
  });

  it('is dropped and reported where the database does not take it; whoever asks to keep it notices nothing', async () => {
    const prototype = mongo.Collection.prototype;
    const { countDocuments } = prototype;
    prototype.countDocuments = async () => {
      prototype.countDocuments = countDocuments;
      throw new Error('away');
    };
    expect(keep({ community, sender: 'a', at: AT, text: '那边那个' })).to.equal(undefined);
    await until('a report', () => reported.length > 0);
    expect(reported.map(String)).to.deep.equal(['Error: away']);
    keep({ community, sender: 'a', at: AT, text: '那边那个' });
    await storedIn(1);
    expect(await read()).to.deep.equal([{ text: '那边那个', count: 1 }]);
  });
});
