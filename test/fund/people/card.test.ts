import { expect } from 'chai';
import fc from 'fast-check';
import { damm } from '../../../src/fund/people/checkDigit.ts';

const card = fc.stringMatching(/^[1-9][0-9]{7}$/).map((digits) => `${digits}${damm(digits)}`);

describe('damm', () => {
  it('gives 4 for 572, and 0 for what ends with its check digit', () => {
    expect(damm('572')).to.equal(4);
    fc.assert(fc.property(card, (digits) => damm(digits) === 0));
  });

  it('notices one wrong digit', () => {
    fc.assert(
      fc.property(card, fc.nat(8), fc.integer({ min: 1, max: 9 }), (digits, at, by) => {
        const wrong = (Number(digits[at]) + by) % 10;
        return damm(digits.slice(0, at) + wrong + digits.slice(at + 1)) !== 0;
      }),
    );
  });

  it('notices two neighbours exchanged', () => {
    fc.assert(
      fc.property(card, fc.nat(7), (digits, at) => {
        fc.pre(digits[at] !== digits[at + 1]);
        return damm(`${digits.slice(0, at)}${digits[at + 1]}${digits[at]}${digits.slice(at + 2)}`) !== 0;
      }),
    );
  });

  it('takes digits alone', () => {
    expect(() => damm('57x')).to.throw(RangeError);
  });
});
