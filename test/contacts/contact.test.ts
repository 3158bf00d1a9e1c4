import { expect } from 'chai';
import { answerAt, contactText, everyChannel, parseContact, phoneContact } from '../../src/contacts/contact.ts';

const NUMBER = '+8613800000001';
const chat = { channel: 'wechat', address: 'o|6_bmjrPTlm6' } as const;

describe('a contact point', () => {
  it('has a text form that is read back: a phone is the same by message and by call', () => {
    const phone = phoneContact(NUMBER);
    expect(contactText(phone)).to.equal(`sms|${NUMBER}`);
    expect(contactText({ channel: 'voice', address: NUMBER })).to.equal(contactText(phone));
    expect([phone, chat].map((contact) => parseContact(contactText(contact)))).to.deep.equal([phone, chat]);
  });

  it('is read from nothing else', () => {
    for (const text of [NUMBER, '', 'wechat', 'wechat|', `fax|${NUMBER}`, ` sms|${NUMBER}`]) expect(parseContact(text), text).to.equal(undefined);
  });

  it('that called is answered by SMS and then by a call, any other where it asked', () => {
    const call = { channel: 'voice', address: NUMBER } as const;
    expect(answerAt(call)).to.deep.equal({ ...phoneContact(NUMBER), next: [call] });
    expect([phoneContact(NUMBER), chat].map(answerAt)).to.deep.equal([phoneContact(NUMBER), chat]);
  });

  it('is a phone on both of its channels, a chat on one', () => {
    const both = [phoneContact(NUMBER), { channel: 'voice', address: NUMBER } as const];
    expect(both.map(everyChannel)).to.deep.equal([both, both]);
    expect(everyChannel(chat)).to.deep.equal([chat]);
  });
});
