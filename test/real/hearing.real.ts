import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { quantile } from '../../bench/load.ts';
import { noWhisper, realWhisper } from '../../bench/voice/whisper.ts';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { type Hearing, hearing } from '../../src/carriers/hearing/hearing.ts';
import { phoneWav } from '../../src/carriers/wav.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator, Resident } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { ledger } from '../conversations/records.ts';
import { useDatabase } from '../support/database.ts';
import { onRoster } from '../support/onRoster.ts';
import { until } from '../support/until.ts';
import { noAsterisk, type PhoneCall, type RealAsterisk, realAsterisk } from './realAsterisk.ts';

/** `npm run carriers:test`: a real Asterisk, a real SIP phone that plays espeak-ng's words, and a real recogniser. */
const leftOut = noAsterisk ?? noWhisper;
if (leftOut) process.stdout.write(`LEFT OUT: speech over Asterisk: ${leftOut}\n`);

/** What espeak-ng says, and how many words a minute; whisper base understands it so. */
const SAID: Readonly<Record<'seven' | 'lamp' | 'yes' | 'no', readonly [text: string, speed: number]>> = {
  seven: ['七号', 130],
  lamp: ['路灯', 130],
  yes: ['对', 170],
  no: ['不对', 110],
};

(leftOut ? describe.skip : describe)('words over a real Asterisk and a real recogniser', function () {
  this.timeout(240_000);
  const { world } = useDatabase('realhearing');
  let asterisk: RealAsterisk;
  let whisper: Awaited<ReturnType<typeof realWhisper>>;
  let service: OnOwnPort;
  let line: string;
  let folder: string;
  let ears: Hearing;
  let between: Recorded;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yisheng-said-'));
    for (const [name, said] of Object.entries(SAID)) await writeFile(join(folder, `${name}.wav`), spokenWav(...said));
    whisper = await realWhisper({ isUsual: true }); // there is no idle time while all other tests run
    between = await recorded(whisper.settings.url);
    const speech = { ...whisper.settings, url: between.url };
    ears = hearing(speech);
    asterisk = await realAsterisk(3);
    const outcome = await importCommunity(world, 'src/demo/community', operator('Li'));
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    const community = outcome.imported.community;
    await Community.updateOne({ _id: community }, { $set: { carriers: { voice: 'asterisk' } } });
    line = (await Community.findById(community).orFail().lean()).phone;
    for (const phone of [WITH_KEYS, WITH_YES, WITH_NO])
      await collection(Resident).insertOne(
        onRoster(world, { _id: `sms|+86${phone}`, community, rosterId: phone, linkedContacts: [`sms|+86${phone}`] }),
      );
    await asterisk.start();
    const log = logger(process.env.LOUD ? 'debug' : 'silent');
    service = await onOwnPort((url) => app({ world, log, publicUrl: url, announces: false, asterisk: asterisk.settings, speech }));
    await asterisk.isHeard();
  });
  after(async () => {
    await service?.stop();
    await asterisk?.stop();
    await between?.stop();
    await whisper?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const entries = async () => (await ledger(world)).map(({ picks }) => picks);
  /** Says a word once the line has fallen quiet, and waits for what comes back; gives the seconds from its end to that. */
  const says = async (call: PhoneCall, name: keyof typeof SAID, after: number): Promise<number> => {
    await call.quiet(after);
    const began = performance.now();
    call.play(join(folder, `${name}.wav`));
    const ended = began + SECONDS.said * 1_000;
    return (await call.hears(ended - 300, 30_000)) - ended;
  };

  /** A call in which 路灯 is said where the ballot is asked for, and what is done after that. */
  const saysLamp = async (from: string, then: (call: PhoneCall) => Promise<void>) => {
    const call = asterisk.phone.call(from, line);
    await call.hears(0);
    await sleep(200);
    await call.hears(await call.press('1'));
    const waited = await says(call, 'lamp', performance.now());
    process.stdout.write(`      from the end of 路灯 to what was said next: ${(waited / 1_000).toFixed(1)} s\n`);
    await then(call);
    await sleep(500);
    call.hangUp();
    await call.isOver();
  };
  const nothingLies = () => until('the end of what lay with Asterisk', async () => (await asterisk.recordings()) === 0);
  /** What the recogniser made of what was said to a read-back. */
  const ofReadBacks = () => between.told.filter(({ expected }) => expected.includes('不对')).map(({ answer }) => JSON.stringify(JSON.parse(answer)));

  // a machine that does much else may take longer than a call waits: then it goes on with keys, and it is said in another call
  it('hears a title that is said, reads it back, and casts it by a key; nothing that was said is kept', async () => {
    for (let tries = 0; tries < 3 && (await entries()).length === 0; tries += 1)
      await saysLamp(WITH_KEYS, async (call) => void (await call.hears(await call.press('1'))));
    expect(await entries()).to.deep.equal([[7]]);
    await nothingLies();
  });

  it('casts what was read back by a 对 that is said, without a key', async () => {
    const before = await entries();
    between.told.splice(0);
    for (let tries = 0; tries < 4 && (await entries()).length === before.length; tries += 1)
      await saysLamp(WITH_YES, async (call) => void (await says(call, 'yes', performance.now())));
    process.stdout.write(`      对: ${ofReadBacks().join('; ')}\n`);
    expect(await entries()).to.deep.equal([...before, [7]]);
    await nothingLies();
  });

  it('casts nothing by a 不对 that is said', async () => {
    const before = await entries();
    between.told.splice(0);
    for (let tries = 0; tries < 4 && ofReadBacks().length === 0; tries += 1)
      await saysLamp(WITH_NO, async (call) => {
        await says(call, 'no', performance.now());
        expect(await entries()).to.deep.equal(before);
      });
    process.stdout.write(`      不对: ${ofReadBacks().join('; ')}\n`);
    expect(ofReadBacks(), '不对 was never said to a read-back').not.to.deep.equal([]);
    expect(await entries()).to.deep.equal(before);
    await nothingLies();
  });

  it('hears nothing in silence, and in a tone no word that could be a pick', async () => {
    const call = asterisk.phone.call(WITH_KEYS, line);
    await call.hears(0);
    await call.quiet(0);
    const before = (await entries()).length;
    call.speak(2_000);
    await call.hears(performance.now() + 2_000, 30_000);
    expect((await entries()).length).to.equal(before);
    call.hangUp();
    await call.isOver();
    await until('the end of what lay with Asterisk', async () => (await asterisk.recordings()) === 0);
  });

  it('takes so long for a word', async () => {
    const times: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const wav = spokenWav(...(round % 2 === 0 ? SAID.seven : SAID.lamp));
      const began = performance.now();
      await ears.hear(wav, { language: 'zh-CN', expected: [{ words: ['三号', '七号', '路灯', '社区花园', '楼道扶手', '健身角'], several: true }] });
      times.push((performance.now() - began) / 1_000);
    }
    times.sort((one, other) => one - other);
    const [p50, p95] = [0.5, 0.95].map((share) => quantile(times, share).toFixed(1));
    process.stdout.write(`      a word is written down within ${p50} s (p50), ${p95} s (p95), one thread\n`);
  });
});

const SECONDS = { said: 1 };
const [WITH_KEYS, WITH_YES, WITH_NO] = ['13900001001', '13900001002', '13900001003'];

interface Recorded {
  readonly url: string;
  /** What was asked of the recogniser (what was expected) and what it answered, in order. */
  readonly told: { readonly expected: string; readonly answer: string }[];
  stop(): Promise<void>;
}

/** A recogniser's server behind one that writes down what goes to and fro. */
async function recorded(url: string): Promise<Recorded> {
  const told: Recorded['told'] = [];
  const server = createServer(async (req, res) => {
    const body = await buffer(req);
    const answer = await fetch(new URL(req.url ?? '', url), {
      method: 'POST',
      headers: { 'content-type': req.headers['content-type'] ?? '' },
      body: new Uint8Array(body),
    });
    const text = await answer.text();
    told.push({ expected: /name="prompt"\r\n\r\n(.*)\r\n/.exec(body.toString())?.[1] ?? '', answer: text });
    res.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    told,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A word as a phone line carries it, in one second. */
function spokenWav(text: string, speed: number): Buffer {
  const wav = phoneWav(execFileSync('espeak-ng', ['-v', 'cmn-latn-pinyin', '-s', String(speed), '--stdin', '--stdout'], { input: text }));
  if (!wav) throw new Error('espeak-ng wrote no WAV of 16 bits');
  return wav;
}
