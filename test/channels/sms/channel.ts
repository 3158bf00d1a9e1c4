import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { segments } from '../../../src/channels/sms/segments.ts';
import type { WebhookAnswer } from '../../fakes/twilio.ts';
import { TEXT_NUMBERS, type TestService } from '../../support/service.ts';
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

const UNSIGNED = ['signed by somebody else', 'one byte changed', 'a field added'] as const;

/** SMS over Kannel, whose doors have a secret in their address. */
export const smsOverKannel: ChannelUnderTest = {
  ...sms,
  carrier: 'kannel',
  needs: { carrier: 'kannel' },
  handsOver: true,
  refusal: 404,
  unspoilt: UNSIGNED,
  address: numbered('+86137'),
  elsewhere: '106900000000',
  say: ({ sms, community }, { from, text, id, to = community.phone }) => sms.deliver({ from, to, body: text, ...(id && { sid: id }) }),
  spoil: async ({ url, kannel }, { from, text, id = sms.id() }, how) => {
    const { secret } = kannel?.settings ?? expect.fail('no Kannel');
    const plain = String(new URLSearchParams({ from, to: TEXT_NUMBERS.kannel, id, text }));
    const bodies: Partial<Record<Spoiled, string>> = {
      'a field repeated': `${plain}&text=8`,
      'wrong UTF-8': `${plain}%FF`,
      'a field missing': plain.replace(/&text=.*/, ''),
      'over 64 KiB, unsigned': `${plain}&padding=${'x'.repeat(64 * 1024)}`,
    };
    return postForm(doorFor(how, `${url}/kannel`, secret), bodies[how] ?? plain);
  },
};

/** SMS over 云MAS. */
export const smsOverMas: ChannelUnderTest = {
  ...smsOverKannel,
  carrier: 'mas',
  needs: { carrier: 'mas' },
  address: numbered('+86136'),
  elsewhere: '99',
  spoil: async ({ url, mas }, { from, text, id = sms.id() }, how) => {
    const { secret } = mas?.settings ?? expect.fail('no MAS');
    const plain = JSON.stringify({ mobile: from.slice(3), smsContent: text, sendTime: id, addSerial: TEXT_NUMBERS.mas });
    const bodies: Partial<Record<Spoiled, string | Buffer>> = {
      'a field repeated': plain.replace('{', '{"smsContent":"投 1",'),
      'wrong UTF-8': Buffer.concat([Buffer.from(plain.slice(0, -2)), Buffer.from([0xff]), Buffer.from('"}')]),
      'a field missing': plain.replace('smsContent', 'content'),
      'over 64 KiB, unsigned': `${plain}${' '.repeat(64 * 1024)}`,
    };
    return postJson(doorFor(how, `${url}/mas`, secret), bodies[how] ?? plain);
  },
};

/** SMS over Aliyun, with every template that it would approve. */
export const smsOverAliyun: ChannelUnderTest = {
  ...smsOverKannel,
  carrier: 'aliyun',
  needs: { carrier: 'aliyun' },
  isTemplated: true,
  address: numbered('+86135'),
  elsewhere: '1060000',
  spoil: async ({ url, aliyun }, { from, text, id = sms.id() }, how) => {
    const { secret } = aliyun?.settings ?? expect.fail('no Aliyun');
    const uplink = { phone_number: from.slice(3), content: text, send_time: '2026-10-20 09:00:00', dest_code: TEXT_NUMBERS.aliyun, sequence_id: id };
    const plain = JSON.stringify([uplink]);
    const bodies: Partial<Record<Spoiled, string | Buffer>> = {
      'a field repeated': plain.replace('{', '{"content":"投 1",'),
      'wrong UTF-8': Buffer.concat([Buffer.from(plain.slice(0, -3)), Buffer.from([0xff]), Buffer.from('"}]')]),
      'a field missing': plain.replace('content', 'words'),
      'over 64 KiB, unsigned': `${plain}${' '.repeat(64 * 1024)}`,
    };
    return postJson(doorFor(how, `${url}/aliyun`, secret), bodies[how] ?? plain);
  },
};

/** The door's address, or one that is not. */
function doorFor(how: Spoiled, base: string, secret: string): string {
  if (how === 'unsigned') return `${base}/${secret.slice(1)}x/sms`;
  return how === 'signed for another address' ? `${base}/sms/sms` : `${base}/${secret}/sms`;
}

async function postJson(address: string, body: string | Buffer): Promise<WebhookAnswer> {
  const response = await fetch(address, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}
