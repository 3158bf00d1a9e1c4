import { expect } from 'chai';
import fc from 'fast-check';
import { sayDigits, sayNumber, sayPhoneAloud, sayTime } from '../../../src/dialog/formats/formatters.ts';

describe('what is spoken', () => {
  it('says a number as people say it', () => {
    const said = {
      0: '零',
      2: '二',
      10: '十',
      12: '十二',
      105: '一百零五',
      200: '两百',
      7200: '七千二百',
      20000: '两万',
      25000: '两万五千',
      48000: '四万八千',
      48500: '四万八千五百',
      300000: '三十万',
      305000: '三十万五千',
      20005: '两万零五',
      120000000: '一亿两千万',
    };
    for (const [number, words] of Object.entries(said)) expect(sayNumber(Number(number))).to.equal(words);
  });

  it('says a number so that it is heard as the same, whatever it is', () => {
    const numbers = fc.oneof(
      fc.integer({ min: 0, max: 2_000_000_000 }),
      fc.integer({ min: 0, max: 99_999 }).map((thousands) => thousands * 1_000),
    );
    fc.assert(
      fc.property(numbers, (number) => heard(sayNumber(number)) === number),
      { numRuns: 2_000 },
    );
  });

  it('says digits one by one, and one as 幺 in a phone number', () => {
    expect([sayDigits('482，091', 'zh-CN'), sayDigits('482, 091', 'en')]).to.deep.equal(['四八二，零九一', '4 8 2, 0 9 1']);
    expect([sayPhoneAloud('+8613800000001', 'zh-CN'), sayPhoneAloud('+862880000003', 'en')]).to.deep.equal([
      '幺三八，零零零零，零零零幺',
      '0 2 8, 8 0 0 0, 0 0 0 3',
    ]);
  });

  it('says months in full', () => {
    const at = new Date('2026-12-15T12:00:00Z');
    expect(sayTime(at, { language: 'en', zone: 'Asia/Shanghai', isSpoken: true })).to.equal('8 pm on 15 December');
    expect(sayTime(at, { language: 'zh-CN', zone: 'Asia/Shanghai', isSpoken: true })).to.equal('12月15号晚8点');
  });
});

const PLACES: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1_000 };

/** The number that a listener hears: a last digit without its place belongs to the place below the one before it. */
function heard(words: string): number {
  let [whole, group, digit, above] = [0, 0, 0, 10];
  for (const word of words) {
    const place = PLACES[word];
    if (word === '亿' || word === '万') {
      above = word === '亿' ? 100_000_000 : 10_000;
      whole += (group + digit) * above;
      group = 0;
      digit = 0;
    } else if (place) {
      group += (digit || 1) * place;
      digit = 0;
      above = place;
    } else if (word === '零') above = 10;
    else digit = '零一二三四五六七八九'.indexOf(word === '两' ? '二' : word);
  }
  return whole + group + (digit * above) / 10;
}
