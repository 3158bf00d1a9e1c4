import { expect } from 'chai';
import fc from 'fast-check';
import { numeral } from '../../src/store/numerals.ts';

const PLAIN = '零一二三四五六七八九';
const FORMAL = '零壹贰叁肆伍陆柒捌玖';

/** As it is written at school: 1005 is 一千零五. */
function written(number: number, digits = PLAIN, units = ['', '十', '百', '千']): string {
  const places = Array.from(String(number), Number);
  return places
    .map((digit, index) => (digit === 0 ? '零' : `${digits[digit]}${units[places.length - 1 - index]}`))
    .join('')
    .replace(/零+/g, '零')
    .replace(/(.)零$/, '$1');
}

const WAYS: Record<string, (number: number) => string> = {
  plain: (number) => written(number),
  formal: (number) => written(number, FORMAL, ['', '拾', '佰', '仟']),
  'with 〇': (number) => written(number).replaceAll('零', '〇'),
  'with 两': (number) => written(number).replace(/二(?=[百千])/g, '两'),
  'ten without its 一': (number) => written(number).replace(/^一十/, '十'),
  'with 廿 and 卅': (number) => written(number).replace('二十', '廿').replace('三十', '卅'),
  'the last unit left out': (number) => written(number).replace(/(?<=[千][一二三四五六七八九])百$|(?<=[百][一二三四五六七八九])十$/, ''),
};

describe('numeral', () => {
  for (const [way, write] of Object.entries(WAYS)) {
    it(`reads every number from 1 to 9,999: ${way}`, () => {
      for (let number = 1; number <= 9_999; number++) expect(numeral(write(number)), write(number)).to.equal(number);
    });
  }

  it('reads what else people write', () => {
    const read = Object.fromEntries(
      ['两百', '廿三', '卅', '十', '一百零五', '一千二', '一百十二', '二〇二七', '三〇', '〇', '两', '幺'].map((text) => [text, numeral(text)]),
    );
    expect(read).to.deep.equal({
      两百: 200,
      廿三: 23,
      卅: 30,
      十: 10,
      一百零五: 105,
      一千二: 1200,
      一百十二: 112,
      二〇二七: 2027,
      三〇: 30,
      〇: 0,
      两: 2,
      幺: 1,
    });
  });

  it('guesses nothing: digits read out, and what is no numeral', () => {
    for (const text of ['三七', '一三七', '十十', '百', '二百零', '十零五', '五十二十', '一百千', '三万', '', '花园', '3'])
      expect(numeral(text), text).to.equal(undefined);
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'零一二两三十百千廿〇'), maxLength: 10 }), (text) => (numeral(text) ?? 0) <= 9_999));
  });
});
