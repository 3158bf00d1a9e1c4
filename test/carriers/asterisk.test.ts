import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { AriPhone } from '../../scripts/fakes/ariPhone.ts';
import { type FakeAsterisk, fakeAsterisk } from '../../scripts/fakes/asterisk.ts';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { type Ari, ari } from '../../src/carriers/asterisk/ari.ts';
import { callerIn } from '../../src/carriers/asterisk/carrier.ts';
import { dialled } from '../../src/carriers/asterisk/placedCalls.ts';
import { sounds } from '../../src/carriers/asterisk/sounds.ts';
import { heardIn, phoneWav, silentWav } from '../../src/carriers/wav.ts';
import { Prompt } from '../../src/fund/communities/index.ts';
import { wavSeconds } from '../../src/fund/inquiries/audio.ts';
import { Recording } from '../../src/fund/inquiries/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { ledger } from '../conversations/records.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { type Town, town, votingNow } from '../support/town.ts';
import { until } from '../support/until.ts';

/** A WAV of a tone, one second. */
function tone(rate: number, channels: number, hertz: number): Buffer {
  const wav = Buffer.alloc(44 + 2 * rate * channels);
  wav.write('RIFF');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate * channels, 28);
  wav.writeUInt16LE(2 * channels, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * rate * channels, 40);
  for (let at = 0; at < rate * channels; at += 1)
    wav.writeInt16LE(Math.round(10_000 * Math.sin((2 * Math.PI * hertz * Math.floor(at / channels)) / rate)), 44 + 2 * at);
  return wav;
}

const loudest = (wav: Buffer) => Math.max(...Array.from({ length: (wav.length - 444) / 2 }, (_, at) => Math.abs(wav.readInt16LE(244 + 2 * at))));

describe('the line over Asterisk', () => {
  it('reads numbers as lines of the mainland show them, and dials them so', () => {
    const ours = '+862888880001';
    const shown = ['13800000001', '013800000001', '8613800000001', '+8613800000001', '008613800000001'];
    for (const number of shown) expect(callerIn(number, ours), number).to.equal('+8613800000001');
    expect(callerIn('02866660002', ours)).to.equal('+862866660002');
    expect(callerIn('66660002', ours)).to.equal('+862866660002');
    for (const hidden of ['', 'anonymous', '10086']) expect(callerIn(hidden, ours), hidden).to.equal(undefined);
    expect([dialled('+8613800000001'), dialled('+862866660002'), dialled('+420777123456')]).to.deep.equal([
      '13800000001',
      '02866660002',
      '00420777123456',
    ]);
  });

  it('makes of any WAV of 16 bits one that a phone line plays: what is too high for it is gone, not folded down', () => {
    for (const [rate, channels] of [
      [22_050, 1],
      [44_100, 2],
      [8_000, 1],
    ] as const) {
      const made = phoneWav(tone(rate, channels, 440)) ?? expect.fail();
      expect([made.readUInt32LE(24), made.readUInt16LE(22), Math.round(wavSeconds(made) ?? 0)]).to.deep.equal([8_000, 1, 1]);
      expect(loudest(made)).to.be.within(9_000, 11_000);
    }
    expect(loudest(phoneWav(tone(22_050, 1, 7_000)) ?? expect.fail())).to.be.below(500);
    for (const wrong of [Buffer.from('RIFF'), Buffer.alloc(100), tone(4_000, 1, 440)]) expect(phoneWav(wrong)).to.equal(undefined);
    expect(wavSeconds(tone(8_000, 1, 440).subarray(0, 1_000))).to.equal(undefined);
    const around = Buffer.concat([silentWav(700), tone(8_000, 1, 440).subarray(44), Buffer.alloc(8_000)]);
    for (const [wav, seconds] of [
      [heardIn(around, 40), 1.04],
      [heardIn(silentWav(300), 40), 0.04],
      [silentWav(250), 0.25],
    ] as const)
      expect(wavSeconds(wav)).to.be.closeTo(seconds, 0.002);
  });
});

/** Who calls it is called back. */
const CALLBACK = '+862980000021';

describe('calls over Asterisk', () => {
  const { world } = useDatabase('asterisk');
  const folder = useFolders();
  const logged: string[] = [];
  let asterisk: FakeAsterisk;
  let twilio: FakeTwilio;
  let here: Town;
  let beside: Town;
  let service: OnOwnPort;

  const serve = async (ttsCommand = asterisk.settings.ttsCommand) => {
    const { accountSid, authToken, apiUrl } = twilio;
    const started = await onOwnPort((url) =>
      app({
        ...{ world, publicUrl: url, announces: false, asterisk: { ...asterisk.settings, ttsCommand } },
        log: logger('trace', { write: (line) => void logged.push(line) }),
        twilio: { accountSid, authToken, apiUrl, phoneNumber: beside.phone },
      }),
    );
    return started;
  };
  /** Takes connections, and never says a word. */
  const mute = createServer();
  let tries = 0;
  let unanswered: Ari;
  before(async () => {
    mute.on('connection', () => {
      tries += 1;
    });
    await once(mute.listen(0, '127.0.0.1'), 'listening');
    const address = mute.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const heard = { onEvent: () => undefined, onConnected: () => undefined, onReplaced: () => undefined };
    unanswered = ari({ url, user: 'a', password: 'b', trunk: 'c' }, heard, { world, log: logger('silent') });
    asterisk = await fakeAsterisk();
    twilio = await fakeTwilio();
    here = await town(world, { residents: 9, community: { carriers: { voice: 'asterisk' }, callback: CALLBACK }, cycle: votingNow(world) });
    beside = await town(world, { residents: 1, cycle: votingNow(world) });
    const recorded = { community: here.community, language: 'zh-CN', key: 'menu.topMissed' };
    const prompt = { _id: Object.values(recorded).join('|'), ...recorded, hash: 'f'.repeat(64), seconds: 1, sound: Buffer.from('ID3') };
    await collection(Prompt).insertOne(prompt);
    service = await serve();
  });
  after(async () => {
    await service?.stop();
    await asterisk?.stop();
    await twilio?.stop();
    await unanswered?.stop();
    mute.close();
  });
  afterEach(() => {
    expect(asterisk.refused).to.deep.equal([]);
  });

  const dial = (n: number) => asterisk.dial(here.phones[n] ?? '', here.phone);
  /** Presses keys and waits until this is said. */
  const goes = async (phone: AriPhone, keys: string, what: RegExp) => {
    const since = phone.heard.length;
    phone.press(keys);
    await phone.hears(what, since);
  };
  /** A call in which this pick was keyed and read back; the last `#` is not. */
  const entered = async (n: number, pick: number) => {
    const phone = await dial(n);
    await phone.hears(/找人，按0/);
    await goes(phone, '1', /知道号码/);
    await goes(phone, '1', /按项目号/);
    await goes(phone, `${pick}#`, /才算投上/);
    return phone;
  };
  const picks = async () => (await ledger(world)).map((entry) => entry.picks);
  const found = (where: object) => until(JSON.stringify(where), () => collection(Message).findOne(where));

  it('a key ends what is being said and is the first of what is entered; keys may come ahead, and count though the phone was hung up behind them', async () => {
    asterisk.soundMs = 5_000;
    const phone = await dial(0);
    await phone.hears(/青松社区/);
    await goes(phone, '1', /最多选/);
    expect(phone.heard.join()).not.to.match(/您的号码会存下来/);
    asterisk.soundMs = 0;
    phone.press('11#2##');
    await phone.hears(/凭证/);
    expect(phone.heard.join('')).to.match(/投好了。1号.*2号.*凭证/);
    phone.hangUp();
    const hasty = await dial(8);
    hasty.press('113#1##');
    hasty.hangUp();
    await until('both ballots', async () => (await picks()).length >= 2);
    expect(await picks()).to.deep.equal([
      [1, 2],
      [1, 3],
    ]);
  });

  it('says its step again after events were lost, and goes on', async () => {
    const phone = await entered(1, 3);
    const since = phone.heard.length;
    asterisk.cut();
    await phone.hears(/才算投上/, since);
    await goes(phone, '#', /投好了/);
    phone.hangUp();
    expect(phone.heard.filter((text) => /投好了/.test(text))).to.have.length(1);
  });

  it('takes no harm from events that nobody expects: of calls that are over or were never there, twice, out of order, or no events at all', async () => {
    const over = await dial(7);
    await over.hears(/找人，按0/);
    over.hangUp();
    const before = (await picks()).length;
    const phone = await entered(7, 3);
    const [about, channel] = [{ id: phone.id }, { id: over.id, state: 'Up', caller: { number: here.phones[7] } }];
    const since = phone.heard.length;
    const unheard = [
      ...[over.id, 'nobody', phone.id].flatMap((id) => [
        { type: 'ChannelDtmfReceived', digit: '#', channel: { id: `${id}x` } },
        { type: 'PlaybackFinished', playback: { id: 'none', state: 'done', target_uri: `channel:${id}` } },
        { type: 'RecordingFinished', recording: { name: 'none', target_uri: `channel:${id}`, duration: 9 } },
        { type: 'ChannelDestroyed', cause: 16, channel: { id: `${id}x` } },
      ]),
      { type: 'StasisStart', args: ['in', here.phone], channel },
      { type: 'StasisStart', args: ['leg'], channel },
      { type: 'StasisStart', args: ['text', 'nonsense'], channel },
      { type: 'StasisStart', args: ['in', here.phone], channel: about },
      { type: 'StasisStart', channel: { id: { $ne: '' } } },
      { type: 'StasisEnd' },
    ];
    for (const event of unheard) asterisk.tells(JSON.stringify(event));
    for (const text of ['', 'null', '[]', '{', '{"type":1}', '\u0000']) asterisk.tells(text);
    const { opened } = asterisk;
    asterisk.tells(`{"type":"${'x'.repeat(1024 * 1024)}"}`); // more than it takes: it begins to listen anew
    while (asterisk.opened === opened) await sleep(20);
    await phone.hears(/才算投上/, since);
    await goes(phone, '#', /投好了/);
    phone.hangUp();
    expect((await picks()).slice(before)).to.deep.equal([[3]]);
  });

  it('stops at once, though a call is open; the next process ends it with a word, and what was heard counts as after any call that breaks off', async () => {
    const before = (await picks()).length;
    const phone = await entered(2, 3);
    await service.stop();
    expect(asterisk.variables.get('YISHENG_HOLDER')).to.equal('');
    expect(phone.cause).to.equal(undefined);
    service = await serve();
    await phone.hears(/按过的还记着/);
    await phone.isOver();
    await until('the ballot', async () => (await picks()).length > before);
    expect((await picks()).slice(before)).to.deep.equal([[3]]);
  });

  it('of two processes the one that began last holds the line; the other stands by, and takes it once it is given up', async () => {
    const phone = await entered(3, 1);
    const second = await serve();
    await phone.hears(/请您再打一次/);
    await phone.isOver();
    const { opened } = asterisk;
    const held = asterisk.variables.get('YISHENG_HOLDER');
    expect(held).to.match(/./);
    const next = await entered(4, 2);
    await sleep(1_500); // the other has looked
    expect(asterisk.opened).to.equal(opened);
    await goes(next, '#', /投好了/);
    next.hangUp();
    await second.stop();
    while (asterisk.opened === opened) await sleep(20);
    const last = await entered(4, 3);
    last.hangUp();
  });

  it('brings its calls beside another carrier of calls', async () => {
    twilio.attach({ ...service, publicUrl: service.url });
    const other = await twilio.dial({ from: beside.phones[0] ?? '', to: beside.phone });
    expect((await other.hear()).map(({ text }) => text).join()).to.match(/投票，按1/);
    await other.hangUp();
    const phone = await dial(5);
    await phone.hears(/投票，按1/);
    phone.hangUp();
  });

  it('gives a sound to whoever was told its address by any process; there is none at others', async () => {
    const line = { text: '凭证 482 091 7735', language: 'zh-CN', isSlow: false };
    const of = (isOwn = false) => sounds(world, service.url, asterisk.settings.ttsCommand).of(line, isOwn).addresses;
    const [address = ''] = of();
    const response = await fetch(address);
    expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'audio/wav']);
    expect(Buffer.from(await response.arrayBuffer()).toString()).to.include(line.text);
    expect(of()).to.deep.equal([address]);
    const own = [of(true), of(true)].flat();
    expect(new Set([address, ...own]).size, 'what somebody chose has a name of its own in each call').to.equal(3);
    for (const one of own) expect(Buffer.from(await (await fetch(one)).arrayBuffer()).toString()).to.include(line.text);
    const changed = address.replace(/.{5}(?=\.wav$)/, 'AAAAA');
    for (const other of [changed, `${service.url}/asterisk/sounds/x.wav`]) expect((await fetch(other)).status, other).to.equal(404);
  });

  it('gives what speaks none of our secrets', async () => {
    const place = folder({ 'speaks.sh': `env > "$(dirname "$0")/env"\n. ${join(root, 'scripts/fakes/spoken.sh')}\n` });
    await sounds(world, service.url, `sh ${join(place, 'speaks.sh')}`).of({ text: '您好', language: 'zh-CN', isSlow: false }, false).made;
    const names = readFileSync(join(place, 'env'), 'utf8')
      .split('\n')
      .flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    const itsOwn = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(names).to.include('PATH');
    expect(names.filter((name) => !itsOwn.includes(name) && !['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR'].includes(name))).to.deep.equal([]);
  });

  it('puts a receipt together of sounds that other receipts have: none is made for it', async () => {
    const { of } = sounds(world, service.url, asterisk.settings.ttsCommand);
    const says = (digits: string) => of({ text: `凭证：${digits}。`, language: 'zh-CN', isSlow: false }, true).addresses.slice(1);
    const one = says('四八二，零九一，七七三五');
    expect([one.length, new Set(one).size]).to.deep.equal([13, 11]);
    expect(new Set([...one, ...says('五三七，七一九，零二八四')])).to.deep.equal(new Set(one));
    const seconds = async (address = '') => wavSeconds(Buffer.from(await (await fetch(address)).arrayBuffer())) ?? expect.fail();
    const lasts = await Promise.all([one[0], one[3], one.at(-1)].map(seconds));
    expect(lasts, 'longer after a group, longest at the end').to.deep.equal(lasts.toSorted((a, b) => a - b));
  });

  it('goes on where no sound can be fetched, and says so in the log', async () => {
    asterisk.isDeaf = true;
    const phone = await dial(5);
    phone.press('11');
    while (!logged.some((line) => line.includes('sound-not-played'))) await sleep(20);
    asterisk.isDeaf = false;
    await goes(phone, '3##', /投好了/);
    phone.hangUp();
  });

  it('plays what is recorded, and speaks it where Asterisk knows no MP3, which the log says', async () => {
    const menu = /投票，按1/;
    const phone = await dial(5);
    await phone.hears(menu);
    await goes(phone, '9', /\/audio\/f{64}-[\w-]+\.mp3$/);
    phone.hangUp();
    asterisk.lacksMp3 = true;
    const other = await dial(1);
    await other.hears(menu);
    await goes(other, '9', menu);
    other.hangUp();
    asterisk.lacksMp3 = false;
    expect(other.heard.filter((heard) => heard.endsWith('.mp3'))).to.deep.equal([]);
    expect(logged.filter((line) => line.includes('recording-not-played'))).to.have.length(1);
  });

  it('ends a call in which nothing can be spoken, and says so in the log once; what was keyed counts', async () => {
    await service.stop();
    service = await serve('false');
    const before = (await picks()).length;
    const since = logged.length;
    const phone = await dial(6);
    phone.press('113##');
    await phone.isOver();
    await until('the ballot', async () => (await picks()).length > before);
    expect((await picks()).slice(before)).to.deep.equal([[3]]);
    expect(phone.heard).to.deep.equal([]);
    expect(logged.slice(since).filter((line) => line.includes('call-failed') && line.includes('not-spoken'))).to.have.length(1);
    await service.stop();
    service = await serve();
  });

  it('tells who hides their number what to do, and calls the callback number back', async () => {
    const hidden = await asterisk.dial('', here.phone);
    await hidden.isOver();
    expect(hidden.heard.join('')).to.equal('看不到您的号码。打开来电显示，再打一次就行。');
    const rejected = await asterisk.dial(here.phones[6] ?? '', CALLBACK);
    await rejected.isOver();
    expect([rejected.cause, rejected.heard]).to.deep.equal([17, []]);
    while (asterisk.called.length === 0) await sleep(20);
    const back = asterisk.called[0] ?? expect.fail();
    expect(back.to).to.equal(dialled(here.phones[6] ?? ''));
    await back.hears(/投票，按1/);
    await goes(back, '1', /知道号码/);
    back.hangUp();
  });

  it('speaks a message twice to who answers; what became of it holds also if it is told before the request was answered', async () => {
    const send = async (occasion: string, n: number, answers: FakeAsterisk['answers']) => {
      asterisk.answers = answers;
      const to = { community: here.community, channel: 'voice', address: here.phones[n] ?? '', language: 'zh-CN' } as const;
      await enqueue(world)({ occasion, ...to, kind: 'receipt', said: { key: 'common.done' } });
    };
    await send('answered', 0, 'yes');
    await found({ _id: /^answered/, state: 'delivered' });
    expect(new Set(asterisk.called.at(-1)?.heard).size).to.equal(1);
    expect(asterisk.called.at(-1)?.heard).to.have.length(2);
    asterisk.soundMs = 400;
    await send('cut', 3, 'yes');
    const calls = asterisk.called.length;
    while (asterisk.called.length === calls) await sleep(20);
    await asterisk.called.at(-1)?.hears(1);
    asterisk.cut();
    await found({ _id: /^cut/, state: 'delivered' });
    asterisk.soundMs = 0;
    await send('busy', 1, 'busy');
    await found({ _id: /^busy/, state: 'failed', reason: 'call.busy' });
    await send('early', 2, 'busyAtOnce');
    await found({ _id: /^early/, state: 'failed', reason: 'call.busy' });
    await send('later', 4, 'later');
    await found({ _id: /^later/, state: 'sent' });
    await service.stop();
    asterisk.called.at(-1)?.answer();
    service = await serve();
    await found({ _id: /^later/, state: 'delivered' });
    expect(asterisk.called.at(-1)?.heard).to.have.length(2);
  });

  it('connects a caller with the person until one of them hangs up; a message for who does not answer is fetched, nothing that is none is left', async () => {
    asterisk.answers = 'yes';
    const phone = await dial(7);
    const calls = asterisk.called.length;
    await phone.hears(/找人，按0/);
    phone.press('0');
    while (![...asterisk.bridges.values()].some(({ length }) => length === 2)) await sleep(20);
    expect(asterisk.called).to.have.length(calls + 1);
    const { opened } = asterisk;
    asterisk.cut();
    while (asterisk.opened === opened) await sleep(20);
    const other = await dial(5);
    await other.hears(/投票，按1/);
    other.hangUp();
    expect([phone.cause, asterisk.bridges.size]).to.deep.equal([undefined, 1]);
    asterisk.called.at(-1)?.hangUp();
    await phone.isOver();
    asterisk.answers = 'busy';
    const alone = await dial(7);
    await alone.hears(/找人，按0/);
    await goes(alone, '0', /留个话/);
    await alone.speak(4, '#');
    await alone.hears(/记下了/);
    await alone.isOver();
    await until('the recording', () => collection(Recording).findOne({ state: 'kept' }));
    expect(await collection(Recording).countDocuments({ state: 'kept' })).to.equal(1);
  });

  it('is parked once it places no call for us, which the log says once; what waits has lost no try', async () => {
    asterisk.isLocked = true;
    const to = { community: here.community, channel: 'voice', address: here.phones[3] ?? '', language: 'zh-CN' } as const;
    for (const occasion of ['parks', 'waits']) await enqueue(world)({ occasion, ...to, kind: 'receipt', said: { key: 'common.done' } });
    for (const occasion of [/^parks/, /^waits/]) await found({ _id: occasion, state: 'pending', reason: 'unauthorized', attempts: 0 });
    expect(logged.filter((line) => line.includes('parked.asterisk.unauthorized'))).to.have.length(1);
  });

  it('listens again where Asterisk has dropped the application and kept the connection, or says that another listens where none does', async () => {
    const opens = async (act: () => void) => {
      const { opened, looked } = asterisk;
      act();
      await until('another connection', () => asterisk.opened > opened);
      return asterisk.looked - looked;
    };
    await opens(asterisk.drop);
    expect(await opens(() => asterisk.tells('{"type":"ApplicationReplaced"}'))).to.equal(2);
    const phone = await dial(5);
    await phone.hears(/投票，按1/);
    phone.hangUp();
  });

  it('gives up an Asterisk that takes connections and says nothing, and tries again', async () => {
    await until('another try', () => tries >= 2);
  });

  it('logged nobody’s number and nothing that was said', async () => {
    const all = logged.join('\n');
    expect(all).to.match(/asterisk-/);
    for (const phone of here.phones) expect(all).not.to.include(phone.slice(3));
    expect(all).not.to.match(/凭证|投好了|\p{Script=Han}{4}/u);
  });
});
