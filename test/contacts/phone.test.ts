import { expect } from 'chai';
import { phoneContact } from '../../src/contacts/contact.ts';
import { canReceiveSms } from '../../src/contacts/phone.ts';

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
