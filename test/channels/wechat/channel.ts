import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { type Post, safe } from '../../../src/carriers/wechat/puppet/test/account.ts';
import type { WebhookAnswer } from '../../fakes/twilio.ts';
import type { FakeWechat } from '../../fakes/wechat.ts';
import type { TestService } from '../../support/service.ts';
import type { ChannelUnderTest, Saying, Spoiled } from '../channelUnderTest.ts';
import { numbered } from '../numbered.ts';

const MOST_BYTES = 2_048;

/** WeChat in safe mode, for the conformance suite. */
export const wechat: ChannelUnderTest = {
  name: 'wechat',
  needs: { withWechat: true },
  receipt: /凭证 \d{3} \d{3} \d{4}/,
  address: numbered('oConformance'),
  elsewhere: 'a community that is not here',
  id: () => `2${randomInt(1e9)}${randomInt(1e9)}`,
  say: (service, { from, text, id = wechat.id(), to }) => account(service).deliver(from, to === undefined ? written(text, id) : scanned(to)),
  spoil,
  fits: (text) => expect(Buffer.byteLength(text)).to.be.at.most(MOST_BYTES),
};

/** The fake that this service's account is at. */
export function account({ wechat }: TestService): FakeWechat {
  if (!wechat) throw new Error('start the service with { withWechat: true }');
  return wechat;
}

/** WeChat does not deliver characters that XML cannot hold. */
function written(text: string, id: string): Record<string, string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones
  return { MsgType: 'text', Content: text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''), MsgId: id };
}

/** A chat says by its poster to which community it belongs. */
function scanned(scene: string): Record<string, string> {
  return { MsgType: 'event', Event: 'SCAN', EventKey: scene };
}

async function spoil(service: TestService, { from, text, id = wechat.id() }: Saying, how: Spoiled): Promise<WebhookAnswer> {
  const fake = account(service);
  const { appId, token, aesKey } = fake;
  const fields = { ToUserName: fake.account, FromUserName: from, CreateTime: String(Math.floor(Date.now() / 1_000)), ...written(text, id) };
  const posted = (inner: string | Buffer, over: Parameters<typeof safe>[1] = {}) => safe(inner, { appId, token, aesKey, ...over });
  const right = posted(xml(fields));
  const requests: Record<Spoiled, Pick<Post, 'query' | 'body'>> = {
    unsigned: { query: {}, body: right.body },
    'signed by somebody else': posted(xml(fields), { token: 'another' }),
    'signed for another address': posted(xml(fields), { appId: 'wxanother' }),
    'one byte changed': {
      ...right,
      body: right.body.replace(/(.)(={0,2}\]\]><\/Encrypt>)/, (_all, last, end) => `${last === 'A' ? 'B' : 'A'}${end}`),
    },
    'a field added': { ...right, body: right.body.replace('</xml>', '<MsgType><![CDATA[text]]></MsgType></xml>') },
    'a field repeated': posted(`${xml(fields).replace('</xml>', '')}<Content><![CDATA[8]]></Content></xml>`),
    'wrong UTF-8': posted(Buffer.from(xml({ ...fields, Content: 'x\u00ff' }), 'latin1')),
    'a field missing': posted(xml(fields).replace(/<MsgId>.*<\/MsgId>/, '')),
    'over 64 KiB, unsigned': { query: {}, body: right.body.padEnd(65 * 1_024, ' ') },
  };
  const { query, body } = requests[how];
  return fake.post(query, body);
}

function xml(fields: Readonly<Record<string, string>>): string {
  return `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('')}</xml>`;
}
