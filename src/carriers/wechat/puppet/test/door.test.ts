import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cipher } from '../src/cipher.ts';
import { type DoorDeps, door } from '../src/door.ts';
import { type AccountMessage, readXml } from '../src/message.ts';
import { eventXml, KEYS, OPENID, type Post, plainQuery, type Served, safe, seconds, serve, sha1, textXml } from './account.ts';

describe('the door', () => {
  let served: Served;
  let received: AccountMessage[] = [];
  let answer: DoorDeps['answer'] = async () => undefined;

  before(async () => {
    served = await serve(door({ keys: KEYS, answer: heard, remembered: 60_000 }));
  });
  after(() => served.stop());

  function heard(message: AccountMessage) {
    received.push(message);
    return answer(message);
  }

  function reset(text?: string) {
    received = [];
    answer = async () => text;
  }

  async function said(post: Post): Promise<string | undefined> {
    const { status, text } = await served.post(post);
    assert.equal(status, 200);
    if (text === 'success') return undefined;
    const outer = readXml(Buffer.from(text));
    const [encrypted, time, nonce] = [outer?.get('Encrypt') ?? '', outer?.get('TimeStamp') ?? '', outer?.get('Nonce') ?? ''];
    assert.equal(outer?.get('MsgSignature'), sha1(KEYS.token, time, nonce, encrypted));
    const inner = readXml(cipher(KEYS.aesKey, KEYS.appId).decrypt(encrypted) ?? Buffer.alloc(0));
    assert.equal(inner?.get('ToUserName'), OPENID);
    return inner?.get('Content');
  }

  it('echoes what WeChat asks for, and nobody else', async () => {
    assert.deepEqual(await served.get({ ...plainQuery(), echostr: '4375120948345356249' }), { status: 200, text: '4375120948345356249' });
    assert.deepEqual(await served.get({ ...plainQuery(), signature: '0'.repeat(40), echostr: '1' }), { status: 403, text: '' });
    assert.deepEqual(await served.get({ ...plainQuery(String(seconds() - 301)), echostr: '1' }), { status: 403, text: '' });
    assert.equal((await served.get(plainQuery())).status, 400);
  });

  it('answers encrypted, character for character', async () => {
    for (const text of ['投好了', ']]> & <b>', '💡'.repeat(600)]) {
      reset(text);
      assert.equal(await said(safe(textXml('投 3 7'))), text);
    }
    reset('路\u0000灯\ud800');
    assert.equal(await said(safe(textXml('投 3 7'))), '路灯');
  });

  it('answers success where there is nothing to say, and where the answer fails', async () => {
    reset();
    assert.equal(await said(safe(textXml('hi'))), undefined);
    answer = () => Promise.reject(new Error('on purpose'));
    assert.equal(await said(safe(textXml('hi'))), undefined);
  });

  it('hands on what was sent', async () => {
    reset();
    await served.post(safe(textXml('投 <3> & ]]]]><![CDATA[> 7', { id: '23456789012345678901', more: '<bizmsgmenuid>3</bizmsgmenuid>' })));
    await served.post(safe(eventXml('subscribe', 'qrscene_3', 1_409_735_669)));
    const [text, event] = received;
    assert.deepEqual(text && { ...text, createTime: 0 }, {
      openid: OPENID,
      account: 'gh_7f083739789a',
      key: '23456789012345678901',
      createTime: 0,
      kind: 'text',
      text: '投 <3> & ]]> 7',
      menuItem: '3',
    });
    assert.equal(event?.kind === 'event' && event.eventKey, 'qrscene_3');
    assert.equal(event?.key, `${OPENID}|1409735669|subscribe|qrscene_3`);
  });

  it('takes one delivery once, however often it comes, also with the same nonce', async () => {
    reset('one');
    const again = textXml('投 3', { id: '77' });
    const first = safe(again);
    const answers = await Promise.all([first, first, safe(again), safe(again)].map(said));
    assert.deepEqual(answers, ['one', 'one', 'one', 'one']);
    reset('two');
    assert.equal(await said(first), 'one');
    assert.equal(received.length, 0);
    const event = eventXml('CLICK', 'vote', 1_409_735_669);
    assert.deepEqual([await said(safe(event)), await said(safe(event))], ['two', 'two']);
    assert.equal(received.length, 1);
  });

  const forged: Record<string, () => Post> = {
    'nothing signed': () => ({ query: {}, body: textXml('投 3') }),
    'plain mode': () => ({ query: plainQuery(), body: textXml('投 3') }),
    'plain mode, said to be encrypted': () => ({
      query: { ...plainQuery(), encrypt_type: 'aes', msg_signature: plainQuery().signature ?? '' },
      body: textXml('投 3'),
    }),
    'a signature of the parameters alone': () => {
      const post = safe(textXml('投 3'));
      return { ...post, query: { ...post.query, msg_signature: post.query.signature ?? '' } };
    },
    'another ciphertext': () => ({ query: safe(textXml('投 3')).query, body: safe(textXml('投 7')).body }),
    'a wrong signature beside the right one': () => {
      const post = safe(textXml('投 3'));
      return { ...post, query: { ...post.query, signature: '0'.repeat(40) } };
    },
    'older than five minutes': () => safe(textXml('投 3'), { timestamp: String(seconds() - 310) }),
    'five minutes early': () => safe(textXml('投 3'), { timestamp: String(seconds() + 310) }),
    'a time that is none': () => safe(textXml('投 3'), { timestamp: 'now' }),
    'another AppID': () => safe(textXml('投 3'), { appId: 'wx0000000000000000' }),
    'another key': () => safe(textXml('投 3'), { aesKey: '0'.repeat(43) }),
    'a field beside the ciphertext': () => {
      const post = safe(textXml('投 3'));
      return { ...post, body: post.body.replace('</xml>', '<Content>投 7</Content></xml>') };
    },
    'the ciphertext twice': () => {
      const post = safe(textXml('投 3'));
      return { ...post, body: post.body.replace(/<Encrypt>.*<\/Encrypt>/, '$&$&') };
    },
    'the ciphertext cut off': () => {
      const post = safe(textXml('投 3'));
      return { ...post, body: post.body.replace(/.{44}\]\]><\/Encrypt>/, ']]></Encrypt>') };
    },
  };
  for (const [what, post] of Object.entries(forged)) {
    it(`refuses ${what}: 403, empty`, async () => {
      reset();
      assert.deepEqual(await served.post(post()), { status: 403, type: null, text: '' });
      assert.equal(received.length, 0);
    });
  }

  it('refuses another message under a known nonce', async () => {
    reset('yes');
    const [timestamp, nonce] = [String(seconds()), '5555555555'];
    assert.equal(await said(safe(textXml('a', { id: '501' }), { timestamp, nonce })), 'yes');
    assert.equal((await served.post(safe(textXml('b', { id: '502' }), { timestamp, nonce }))).status, 403);
    assert.equal(await said(safe(textXml('a', { id: '501' }), { timestamp, nonce })), 'yes');
    assert.equal(received.length, 1);
  });

  const inner = (text: string) => textXml('X').replace('<Content>', `${text}<Content>`);
  const malformed: Record<string, string | Buffer> = {
    'a field twice': inner('<Content>投 7</Content>'),
    'an empty field twice': inner('<MsgId/>'),
    'a field twice that need not be there': inner('<bizmsgmenuid>3</bizmsgmenuid><bizmsgmenuid>7</bizmsgmenuid>'),
    'a DTD': `<!DOCTYPE xml [<!ENTITY a "b">]>${textXml('投 3')}`,
    'an XML bomb': `<!DOCTYPE xml [<!ENTITY a "${'b'.repeat(1_000)}"><!ENTITY c "&a;&a;&a;">]>${inner('<Label>&c;&c;</Label>')}`,
    'an entity reference': inner('<Label>&lt;</Label>'),
    'a character reference': inner('<Label>&#25237;</Label>'),
    'a comment': inner('<!-- x -->'),
    'a processing instruction': inner('<?php x ?>'),
    'a text between fields': inner('x'),
    'two roots': textXml('投 3') + textXml('投 7'),
    'another root': textXml('投 3').replaceAll('xml>', 'msg>'),
    'XML that does not end': textXml('投 3').slice(0, -6),
    'depth without end': inner('<a>'.repeat(500) + '</a>'.repeat(500)),
    'fields inside a field': textXml('X').replace(/<Content>.*<\/Content>/, '<Content><b>投 3</b></Content>'),
    'no MsgId': textXml('投 3').replace(/<MsgId>.*<\/MsgId>/, ''),
    'no sender': textXml('投 3').replace(/<FromUserName>.*<\/FromUserName>/, ''),
    'a sender that is none': textXml('投 3', { openid: 'a|b' }),
    'no Content': textXml('投 3').replace(/<Content>.*<\/Content>/, ''),
    'no XML': 'hello',
    nothing: '',
    'wrong UTF-8': Buffer.from(Buffer.from(textXml('投 ~')).map((byte) => (byte === 0x7e ? 0xff : byte))),
  };
  for (const [what, xml] of Object.entries(malformed)) {
    it(`refuses ${what}, signed: 400, one line`, async () => {
      reset();
      const { status, type, text } = await served.post(safe(xml));
      assert.equal(status, 400);
      assert.match(type ?? '', /^text\/plain/);
      assert.match(text, /^[^<\n]+\n$/);
      assert.equal(received.length, 0);
    });
  }

  it('refuses what is over 64 KiB before it asks for a signature', async () => {
    assert.equal((await served.post({ query: {}, body: 'x'.repeat(64 * 1024 + 1) })).status, 413);
    assert.equal((await served.post({ query: {}, body: 'x'.repeat(64 * 1024) })).status, 403);
  });
});

describe('the door, while keys change and in plain mode', () => {
  it('takes the key before, and answers with it', async (test) => {
    const aesKey = '0123456789'.repeat(5).slice(0, 43);
    const served = await serve(door({ keys: { ...KEYS, aesKey, aesKeyPrevious: KEYS.aesKey }, answer: async () => 'yes', remembered: 0 }));
    test.after(() => served.stop());
    const { text } = await served.post(safe(textXml('投 3')));
    const encrypted = readXml(Buffer.from(text))?.get('Encrypt') ?? '';
    assert.match(cipher(KEYS.aesKey, KEYS.appId).decrypt(encrypted)?.toString() ?? '', /yes/);
    const answered = await served.post(safe(textXml('投 3'), { aesKey }));
    assert.ok(cipher(aesKey, KEYS.appId).decrypt(readXml(Buffer.from(answered.text))?.get('Encrypt') ?? ''));
  });

  it('takes plain mode where it is told to, each nonce for one message', async (test) => {
    const served = await serve(door({ keys: { ...KEYS, plain: true }, answer: async () => 'yes', remembered: 0 }));
    test.after(() => served.stop());
    const query = plainQuery();
    assert.match((await served.post({ query, body: textXml('投 3', { id: '9' }) })).text, /<Content><!\[CDATA\[yes\]\]><\/Content>/);
    assert.equal((await served.post({ query, body: textXml('投 3', { id: '9' }) })).status, 200);
    assert.equal((await served.post({ query, body: textXml('投 7', { id: '10' }) })).status, 403);
    assert.equal((await served.post({ query: { ...plainQuery(), signature: '0'.repeat(40) }, body: textXml('投 3') })).status, 403);
    assert.equal((await served.post({ query: plainQuery(), body: textXml('投 3').replace('<MsgId>', '<Content/><MsgId>') })).status, 400);
    assert.match((await served.post(safe(textXml('投 3')))).text, /<Encrypt>/);
  });
});
