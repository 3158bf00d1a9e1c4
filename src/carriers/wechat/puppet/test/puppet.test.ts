import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, type Wechaty, WechatyBuilder } from 'wechaty';
import { ApiError } from '../src/api.ts';
import { cipher } from '../src/cipher.ts';
import { door } from '../src/door.ts';
import { readXml } from '../src/message.ts';
import { PuppetOfficialAccount } from '../src/puppetOfficialAccount.ts';
import { eventXml, KEYS, OPENID, type Post, type Served, safe, serve, textXml } from './account.ts';

const REPLY_WITHIN_MS = 400;

describe('a Wechaty bot on the puppet', () => {
  const sent: { openid: string; text: string }[] = [];
  const api = {
    sendText: async (openid: string, text: string) => void sent.push({ openid, text }),
    media: async () => ({ bytes: Buffer.from('#!AMR\n'), type: 'audio/amr' }),
  };
  let puppet: PuppetOfficialAccount;
  let bot: Wechaty;
  let served: Served;
  let heard: (message: Message) => Promise<unknown> = async () => undefined;

  before(async () => {
    puppet = new PuppetOfficialAccount({ keys: KEYS, api, replyWithinMs: REPLY_WITHIN_MS });
    bot = WechatyBuilder.build({ puppet });
    bot.on('message', (message) => void heard(message));
    await bot.start();
    served = await serve(puppet.door);
  });
  after(async () => {
    await served.stop();
    await bot.stop();
  });

  async function said(post: Post, at = served): Promise<string | undefined> {
    const { status, text } = await at.post(post);
    assert.equal(status, 200);
    if (text === 'success') return undefined;
    const inner = cipher(KEYS.aesKey, KEYS.appId).decrypt(readXml(Buffer.from(text))?.get('Encrypt') ?? '');
    return readXml(inner ?? Buffer.alloc(0))?.get('Content');
  }

  it('is logged in', () => assert.equal(bot.isLoggedIn, true));

  it('answers with what the bot says first; the rest goes by customer service', async () => {
    sent.length = 0;
    heard = async (message) => {
      await message.say(`1 ${message.text()}`);
      await message.say(`2 ${message.text()}`);
    };
    assert.equal(await said(safe(textXml('你好'))), '1 你好');
    await sleep(20);
    assert.deepEqual(sent, [{ openid: OPENID, text: '2 你好' }]);
  });

  it('gives each of many messages of one person its own reply', async () => {
    heard = async (message) => {
      await sleep(Math.random() * 50);
      await message.say(message.text());
    };
    const texts = Array.from({ length: 30 }, (_, index) => `第${index}条`);
    assert.deepEqual(await Promise.all(texts.map((text) => said(safe(textXml(text))))), texts);
  });

  it('sees what another door answers; what it says to that goes by customer service', async () => {
    sent.length = 0;
    const spoken = new Promise((resolve) => {
      heard = async (message) => resolve(await message.say(`seen ${message.text()}`));
    });
    const other = await serve(
      door({
        keys: KEYS,
        remembered: 0,
        answer: async (message) => {
          puppet.see(message);
          return 'from elsewhere';
        },
      }),
    );
    assert.equal(await said(safe(textXml('a')), other), 'from elsewhere');
    await spoken;
    assert.deepEqual(sent, [{ openid: OPENID, text: 'seen a' }]);
    await other.stop();
  });

  it('replies by id', async () => {
    heard = async (message) => puppet.reply(message.id, `by id ${message.text()}`);
    assert.equal(await said(safe(textXml('a'))), 'by id a');
  });

  it('lets WeChat go in time, and sends what comes late by customer service', async () => {
    sent.length = 0;
    heard = async (message) => {
      await sleep(REPLY_WITHIN_MS + 100);
      await message.say('late');
    };
    assert.equal(await said(safe(textXml('a'))), undefined);
    await sleep(200);
    assert.deepEqual(sent, [{ openid: OPENID, text: 'late' }]);
  });

  it('need not wait where there is nothing to say', async () => {
    heard = async (message) => puppet.reply(message.id, undefined);
    const started = performance.now();
    assert.equal(await said(safe(textXml('a'))), undefined);
    assert.ok(performance.now() - started < REPLY_WITHIN_MS);
  });

  it('shows events, taps and what else WeChat sends', async () => {
    const seen: unknown[] = [];
    heard = async (message) => {
      const received = puppet.received(message.id);
      seen.push([message.talker().id, message.type(), received?.kind === 'event' ? received.eventKey : received?.kind]);
      puppet.reply(message.id, undefined);
    };
    await said(safe(eventXml('subscribe', 'qrscene_3')));
    await said(safe(textXml('a', { more: '<bizmsgmenuid>3</bizmsgmenuid>' })));
    assert.deepEqual(seen, [
      [OPENID, 0, 'qrscene_3'],
      [OPENID, 7, 'text'],
    ]);
  });

  it('fetches a voice message', async () => {
    const file = new Promise((resolve, reject) => {
      heard = async (message) => {
        puppet.reply(message.id, undefined);
        message.toFileBox().then(async (box) => resolve([box.name, (await box.toBuffer()).toString()]), reject);
      };
    });
    const voice = textXml('x').replace(/<MsgType>.*<\/Content>/, '<MsgType>voice</MsgType><MediaId>m-1</MediaId><Format>amr</Format>');
    await said(safe(voice));
    assert.deepEqual(await file, ['voice.amr', '#!AMR\n']);
  });

  it('says that an account cannot do what it cannot', async () => {
    await assert.rejects(async () => puppet.roomCreate([OPENID], 'x'));
    await assert.rejects(async () => puppet.messageRecall('1'));
  });

  it('tells the bot where a customer-service message is refused', async () => {
    const refused = new PuppetOfficialAccount({ keys: KEYS, api: { ...api, sendText: () => Promise.reject(new ApiError(45015)) } });
    await assert.rejects(refused.messageSendText(OPENID, 'a'), { code: 45015 });
  });
});
