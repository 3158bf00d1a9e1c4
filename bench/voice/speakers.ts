import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AriPhone } from '../../scripts/fakes/ariPhone.ts';
import { fakeAsterisk } from '../../scripts/fakes/asterisk.ts';
import { samplesOf } from '../../src/carriers/wav.ts';
import { spreadNumberOf, spreadPhoneOf } from '../fill.ts';
import { CALLERS, type Came, RESIDENTS } from './withSpeakers.ts';

/** Each sentence that is heard lasts so long; so much later than another each caller begins. Milliseconds. */
const [SENTENCE_MS, APART_MS] = [500, 300];
/** What is said: names and numbers on the bench's ballot, and what answers a read-back. */
const PICKS = ['楼道扶手', '健身角', '社区花园', '花园', '扶手', '一号', '三号', '五号', '七号', '八号'];
const YESES = ['对', '对的', '是的'];

const [folder = ''] = process.argv.slice(2);
const rows = readFileSync(join(folder, 'said.csv'), 'utf8').split('\n');
const [picks, yeses] = [soundsOf(PICKS, 'pick'), soundsOf(YESES, 'confirm')];
const asterisk = await fakeAsterisk();
asterisk.soundMs = SENTENCE_MS;
let came = nothing();
let isSpeaking = false;
let [calls, utterances] = [0, 0];
const calling: Promise<void>[] = [];

process.stdout.write(`${JSON.stringify(asterisk.settings)}\n`);
for await (const order of createInterface(process.stdin)) {
  isSpeaking = order !== 'hush';
  if (order === 'speak')
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => new Promise<void>((spoken) => calling.push(callOver(caller, spoken)))));
  if (order === 'hush') await Promise.all(calling.splice(0));
  process.stdout.write(`${JSON.stringify(came)}\n`);
  came = nothing();
}

function nothing(): { -readonly [What in keyof Came]: number } {
  return { calls: 0, broken: 0, understood: 0, again: 0, late: 0 };
}

function soundsOf(texts: readonly string[], asked: string): Buffer[] {
  const files = rows.map((row) => row.split(',')).filter(([, text = '', of]) => of === asked && texts.includes(text));
  return files.map(([file = '']) => readFileSync(join(folder, file)));
}

/** Votes by voice alone, in call after call. */
async function callOver(caller: number, hasSpoken: () => void): Promise<void> {
  await sleep(APART_MS * caller);
  while (isSpeaking) {
    const phone = await asterisk.dial(spreadPhoneOf(calls++ % RESIDENTS), spreadNumberOf(0));
    came.calls += 1;
    try {
      await phone.hears(/也可以说/);
      phone.press('1');
      await phone.hears(/说名字/);
      const isReadBack = await says(phone, picks, /您要投的是/);
      hasSpoken();
      if (isReadBack) await says(phone, yeses, /投好了|改好了/);
    } catch (error) {
      process.stderr.write(`A call that speaks broke off: ${error}\n`);
      came.broken += 1;
    }
    phone.hangUp();
  }
}

/** Hears the question out, says something, and hears what comes of it. Who is not understood presses a key, and the call goes on. */
async function says(phone: AriPhone, sounds: readonly Buffer[], understood: RegExp): Promise<boolean> {
  await phone.hearsOut(0);
  const wav = sounds[utterances++ % sounds.length] ?? Buffer.alloc(0);
  const { samples = [], rate = 1 } = samplesOf(wav) ?? {};
  await sleep((1_000 * samples.length) / rate);
  const since = phone.heard.length;
  await phone.says(wav);
  await phone.hearsOut(since);
  const answer = phone.heard.slice(since).join();
  if (phone.cause !== undefined) throw new Error(`it was ended behind ${answer}`);
  const what = answer.includes('咱们按键') ? 'late' : understood.test(answer) ? 'understood' : 'again';
  came[what] += 1;
  if (what === 'understood') return true;
  const keyed = phone.heard.length;
  phone.press('*');
  await phone.hears(keyed + 1);
  return false;
}
