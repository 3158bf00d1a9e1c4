import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { segments } from '../../../src/channels/sms/render.ts';
import type { WebhookAnswer } from '../../fakes/twilio.ts';
import type { TestService } from '../../support/service.ts';
import type { ChannelUnderTest, Saying, Spoiled } from '../channelUnderTest.ts';
import { numbered } from '../numbered.ts';
import { postForm } from '../postForm.ts';

const PATH = '/twilio/sms';
const MOST_SEGMENTS = { receipt: 2, ballot: 4, any: 10 } as const;

/** SMS over Twilio, for the conformance suite. */
export const sms: ChannelUnderTest = {
  name: 'sms',
  receipt: /凭证 \d{3} \d{3} \d{4}/,
  address: numbered('+86139'),
  elsewhere: '+862889999999',
  id: () => `SM${randomBytes(16).toString('hex')}`,
  say: ({ twilio, community }, { from, text, id, to = community.phone }) => twilio.deliver({ from, to, body: text, ...(id && { sid: id }) }),
  spoil,
  fits: (text, what) => expect(segments(text), text).to.be.at.most(MOST_SEGMENTS[what]),
};

async function spoil(
  { url, publicUrl, twilio, community }: TestService,
  { from, text, id = sms.id(), to = community.phone }: Saying,
  how: Spoiled,
): Promise<WebhookAnswer> {
  const form = { MessageSid: id, From: from, To: to, Body: text };
  const plain = String(new URLSearchParams(form));
  const right = twilio.sign(PATH, form);
  const over = `${plain}&Padding=${'x'.repeat(64 * 1024)}`;
  const { Body: _, ...bodiless } = form;
  const requests: Record<Spoiled, [body: string, signature?: string]> = {
    unsigned: [plain],
    'signed by somebody else': [plain, getExpectedTwilioSignature('another token', publicUrl + PATH, form)],
    'signed for another address': [plain, getExpectedTwilioSignature(twilio.authToken, `https://elsewhere.example${PATH}`, form)],
    'one byte changed': [plain.replace(/.$/, (last) => (last === '7' ? '1' : '7')), right],
    'a field added': [`${plain}&NumMedia=0`, right],
    'a field repeated': [`${plain}&Body=8`, twilio.sign(PATH, { ...form, Body: [text, '8'] })],
    'wrong UTF-8': [`${plain}%FF`, twilio.sign(PATH, { ...form, Body: `${text}\ufffd` })],
    'a field missing': [String(new URLSearchParams(bodiless)), twilio.sign(PATH, bodiless)],
    'over 64 KiB, unsigned': [over],
  };
  const [body, signature] = requests[how];
  return postForm(url + PATH, body, signature);
}
