import { expect } from 'chai';
import fc from 'fast-check';
import { sayMoney, sayPhone, saySurname, sayTime } from '../../../src/dialog/formats/formatters.ts';

describe('money', () => {
  it('is said as people say it', () => {
    const said = {
      0: '0',
      7200: '7200',
      10000: '1万',
      25000: '2万5',
      48000: '4万8',
      36500: '3万6千5',
      48500: '4万8千5',
      30500: '30500',
      36550: '36550',
      300000: '30万',
      305000: '30万5',
      200000000: '2亿',
    };
    for (const [amount, words] of Object.entries(said)) expect(sayMoney(Number(amount), 'zh-CN')).to.equal(words);
    expect([sayMoney(48_000, 'en'), sayMoney(1_234_567, 'en'), sayMoney(700, 'en')]).to.deep.equal(['48,000', '1,234,567', '700']);
  });

  it('is exact, whatever the amount', () => {
    const heard = (words: string) => {
      const [, yi, wan, thousands, hundreds, plain] = /^(?:(\d+)亿|(\d+)万(?:(\d)(?:千(\d))?)?|(\d+))$/.exec(words) ?? [];
      return Number(yi ?? 0) * 1e8 + Number(wan ?? 0) * 1e4 + Number(thousands ?? 0) * 1e3 + Number(hundreds ?? 0) * 100 + Number(plain ?? 0);
    };
    const round = fc.oneof(
      fc.nat({ max: 2_000_000_000 }),
      fc.nat({ max: 2_000_000 }).map((thousands) => thousands * 1000),
      fc.nat({ max: 9_999 }).map((hundreds) => hundreds * 100),
    );
    fc.assert(
      fc.property(round, (amount) => heard(sayMoney(amount, 'zh-CN')) === amount && Number(sayMoney(amount, 'en').replaceAll(',', '')) === amount),
    );
  });
});

describe('time', () => {
  const zone = 'Asia/Shanghai';
  const at = (local: string) => new Date(`${local}+08:00`);
  const said = (local: string, more: object = {}) => sayTime(at(local), { language: 'zh-CN', zone, since: at('2026-11-20T10:00'), ...more });

  it('is said in the community’s zone, with the part of the day', () => {
    expect(['T00:00', 'T00:30', 'T04:05', 'T08:00', 'T09:30', 'T12:00', 'T17:59', 'T20:00'].map((time) => said(`2026-12-01${time}`))).to.deep.equal([
      '12月1号',
      '12月1号凌晨0点半',
      '12月1号凌晨4点05分',
      '12月1号早8点',
      '12月1号上午9点半',
      '12月1号中午12点',
      '12月1号下午5点59分',
      '12月1号晚8点',
    ]);
  });

  it('leaves out the month that is in mind, and says the year when it is far', () => {
    expect(said('2026-11-30T20:00')).to.equal('30号晚8点');
    expect(said('2026-12-15T20:00', { since: at('2026-12-01T08:00') })).to.equal('15号晚8点');
    expect(said('2026-12-15T20:00', { since: undefined })).to.equal('12月15号晚8点');
    expect(said('2027-11-30T20:00')).to.equal('2027年11月30号晚8点');
    expect(said('2027-01-05T20:00')).to.equal('1月5号晚8点');
  });

  it('ends at midnight of the evening before', () => {
    expect(said('2026-12-01T00:00', { isEnd: true })).to.equal('30号晚12点');
    expect(said('2026-12-01T00:00', { isEnd: true, language: 'en' })).to.equal('midnight on 30 Nov');
  });

  it('is short in English', () => {
    const english = ['T00:00', 'T00:30', 'T08:00', 'T12:00', 'T20:05'].map((time) => said(`2026-12-01${time}`, { language: 'en' }));
    expect(english).to.deep.equal(['1 Dec', '12:30 am on 1 Dec', '8 am on 1 Dec', 'noon on 1 Dec', '8:05 pm on 1 Dec']);
  });
});

describe('phones and names', () => {
  it('are written as at home', () => {
    expect(['+862880000003', '+8613800000001', '12345'].map(sayPhone)).to.deep.equal(['028-8000 0003', '138 0000 0001', '12345']);
  });

  it('tell the surname alone', () => {
    expect(['王大明', '欧阳小明', '李', 'Ann Novak'].map(saySurname)).to.deep.equal(['王**', '欧阳**', '李**', 'Novak **']);
  });
});
