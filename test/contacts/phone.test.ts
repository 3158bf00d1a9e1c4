import { expect } from 'chai';
import parsePhoneNumber from 'libphonenumber-js/max';
import { phoneContact } from '../../src/contacts/contact.ts';
import { canReceiveSms, phone } from '../../src/contacts/phone.ts';
import { sayPhone } from '../../src/dialog/formats/formatters.ts';

describe('whether a number takes text messages', () => {
  it('a mobile does, and a number that may be one', () => {
    expect(['+8613800000001', '+12025550123'].map(phoneContact).map(canReceiveSms)).to.deep.equal(['yes', 'yes']);
  });

  it('a landline does not', () => {
    expect(canReceiveSms(phoneContact('+862880000001'))).to.equal('no');
  });

  it('of special numbers and of what is no number it is not known', () => {
    expect(['+8610086', '+18005550123', 'anonymous'].map(phoneContact).map(canReceiveSms)).to.deep.equal(['unknown', 'unknown', 'unknown']);
  });

  it('says the same when it is asked again', () => {
    const asked = ['+8613800000001', '+862880000001', '+8610086'];
    expect(asked.map(phoneContact).map(canReceiveSms)).to.deep.equal(asked.map(phoneContact).map(canReceiveSms));
  });
});

describe('a mobile in China, which is read and said by hand', () => {
  it('is the number that the library finds, or none, and is said as the library says it', () => {
    for (let prefix = 1_300; prefix < 2_000; prefix += 1) {
      const written = `${prefix}2345678`;
      const [near, e164] = ['+862880000001', `+86${written}`];
      const known = parsePhoneNumber(written, 'CN');
      const number = known?.isValid() ? e164 : undefined;
      expect([phone(written, near), phone(e164), phone(written, '+12025550123')], written).to.deep.equal([number, number, byLibrary(written)]);
      expect(sayPhone(e164), written).to.equal(known?.formatNational());
    }
  });
});

function byLibrary(written: string): string | undefined {
  const number = parsePhoneNumber(written, 'US');
  return number?.isValid() ? number.number : undefined;
}
