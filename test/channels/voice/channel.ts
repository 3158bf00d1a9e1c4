import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { AriPhone } from '../../../scripts/fakes/ariPhone.ts';
import type { FakeAsterisk } from '../../../scripts/fakes/asterisk.ts';
import { sentencesOf, spokenCharacters } from '../../../src/channels/voice/speech.ts';
import { readTwiml, type Verb } from '../../../src/demo/carriers/readTwiml.ts';
import { ANSWER_PLACES, Conversation } from '../../../src/dialog/conversation.ts';
import { collection } from '../../../src/store/collection.ts';
import { vault } from '../../../src/store/vault.ts';
import type { WebhookAnswer } from '../../fakes/twilio.ts';
import { wrongInVoiceTwiml } from '../../fakes/wrongInVoiceTwiml.ts';
import { SECRET_BYTES } from '../../support/secret.ts';
import type { TestService } from '../../support/service.ts';
import type { ChannelUnderTest, Saying, Spoiled } from '../channelUnderTest.ts';
import { numbered } from '../numbered.ts';
import { postForm } from '../postForm.ts';

const PATH = '/twilio/voice';
/** Before a key is named, in characters as they are said. */
const MOST_BEFORE_A_KEY = 60;

/** The keys for each text of the other channels, step by step from the call's beginning; `…` is spoken. A text that is not here becomes a key that means nothing. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  菜单: [],
  帮助: [],
  投票: ['1'],
  '投 3': ['1', '1', '3#', '#'],
  '投 3 7': ['1', '1', '3#', '7#', '#'],
  项目: ['3'],
  进度: ['3'],
  '提议 修路灯': ['2', '…'],
  退订: ['4', '3', '1'],
  恢复: ['4', '3', '2'],
  普通话: ['4', '2', '1'],
  English: ['4', '2', '2'],
};

/** The call that each phone is in: a key that means nothing, and silence, belong to it. */
const calls = new Map<string, { sid: string; turn: number }>();

/** The voice line over Twilio, for the conformance suite: each saying is a call of its own, and its answer what the last step says. */
export const voice: ChannelUnderTest = {
  name: 'voice',
  isSpoken: true,
  receipt: /凭证：[零一二三四五六七八九]{3}，[零一二三四五六七八九]{3}，[零一二三四五六七八九]{4}/,
  address: numbered('+86137'),
  elsewhere: '+862889999999',
  id: () => `CA${randomBytes(16).toString('hex')}`,
  say,
  spoil,
  fits: (text) => {
    for (const prompt of text.split('\n')) expect(spokenCharacters(prompt.split(/按[\d井]/)[0] ?? ''), prompt).to.be.at.most(MOST_BEFORE_A_KEY);
  },
};

async function say(service: TestService, { from, text, id = voice.id(), to = service.community.phone }: Saying): Promise<string | undefined> {
  const steps = STEPS[text];
  const call = calls.get(from);
  if (!steps && call) return step(service, { from, to, ...call, keys: /\p{L}|\d/u.test(text) ? '9' : '' }, call);
  const begun = { sid: id, turn: 0 };
  calls.set(from, begun);
  let said = await step(service, { from, to, ...begun }, begun);
  for (const keys of steps ?? []) said = await step(service, { from, to, ...begun, keys }, begun);
  return said;
}

interface Step {
  readonly from: string;
  readonly to: string;
  readonly sid: string;
  readonly turn: number;
  readonly keys?: string;
}

/** One webhook of a call, as Twilio posts it; the next one has the next number. */
async function step({ twilio }: TestService, { from, to, sid, turn, keys }: Step, call: { turn: number }): Promise<string | undefined> {
  const about = {
    CallSid: sid,
    AccountSid: twilio.accountSid,
    From: from,
    To: to,
    Direction: 'inbound',
    CallStatus: turn ? 'in-progress' : 'ringing',
  };
  const { status, type, text } = await twilio.post(turn ? `${PATH}?turn=${turn}` : PATH, { ...about, ...entered(keys) });
  if (status !== 200) throw new Error(`error 11200, HTTP retrieval failure: ${status} ${text}`);
  if (!/^(text|application)\/xml\b/.test(type ?? '')) throw new Error(`error 12300, invalid content type: ${type}`);
  const wrong = wrongInVoiceTwiml(text);
  if (wrong) throw new Error(`${wrong}: ${text}`);
  call.turn += 1;
  return spoken(readTwiml(text)).join('\n') || undefined;
}

function entered(keys: string | undefined): Record<string, string> {
  if (keys === undefined) return {};
  if (keys === '…')
    return {
      RecordingUrl: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1',
      RecordingSid: 'RE1',
      RecordingDuration: '4',
      Digits: '#',
    };
  return { Digits: keys.replace('#', ''), FinishedOnKey: keys.endsWith('#') ? '#' : '' };
}

function spoken(verbs: readonly Verb[]): string[] {
  return verbs.flatMap(({ name, text, children }) => (name === 'Say' ? [text] : spoken(children)));
}

async function spoil({ url, publicUrl, twilio, community }: TestService, { from, id = voice.id() }: Saying, how: Spoiled): Promise<WebhookAnswer> {
  const path = `${PATH}?turn=1`;
  const form = { CallSid: id, From: from, To: community.phone, CallStatus: 'in-progress', Digits: '7' };
  const plain = String(new URLSearchParams(form));
  const right = twilio.sign(path, form);
  const { From: _, ...nameless } = form;
  const requests: Record<Spoiled, [body: string, signature?: string]> = {
    unsigned: [plain],
    'signed by somebody else': [plain, getExpectedTwilioSignature('another token', publicUrl + path, form)],
    'signed for another address': [plain, twilio.sign(`${PATH}?turn=2`, form)],
    'one byte changed': [plain.replace(/7$/, '1'), right],
    'a field added': [`${plain}&FinishedOnKey=%23`, right],
    'a field repeated': [`${plain}&Digits=8`, twilio.sign(path, { ...form, Digits: ['7', '8'] })],
    'wrong UTF-8': [`${plain}%FF`, twilio.sign(path, { ...form, Digits: '7\ufffd' })],
    'a field missing': [String(new URLSearchParams(nameless)), twilio.sign(path, nameless)],
    'over 64 KiB, unsigned': [`${plain}&Padding=${'x'.repeat(64 * 1024)}`],
  };
  const [body, signature] = requests[how];
  return postForm(url + path, body, signature);
}

/** The calls that each phone began over an Asterisk and that nobody has waited for the end of; the last one of them is the one that it is in. */
const onLine = new WeakMap<FakeAsterisk, Map<string, AriPhone[]>>();
function lines(asterisk: FakeAsterisk): Map<string, AriPhone[]> {
  const known = onLine.get(asterisk) ?? new Map<string, AriPhone[]>();
  onLine.set(asterisk, known);
  return known;
}

/** The voice line over Asterisk: a call stays open, for a key that means nothing there. */
export const voiceOverAsterisk: ChannelUnderTest = {
  ...voice,
  carrier: 'asterisk',
  needs: { carrier: 'asterisk' },
  tellsOnce: true,
  address: numbered('+86134'),
  say: async ({ asterisk = expect.fail('no Asterisk'), community }, { from, text, to = community.phone }) => {
    const line = lines(asterisk);
    const [steps, open] = [STEPS[text], line.get(from)?.at(-1)];
    const on = !steps && open ? open : await asterisk.dial(from, to);
    if (on !== open) line.set(from, [...(line.get(from) ?? []), on]);
    let since = on === open ? on.heard.length : 0;
    if (on !== open) await on.hearsOut(since);
    for (const keys of steps ?? ['9']) {
      if (on.cause !== undefined) break; // nothing was asked
      since = on.heard.length;
      if (keys === '…') await on.speak(4, '#');
      else on.press(keys);
      await on.hearsOut(since);
    }
    return joined(on.heard.slice(since));
  },
  spoil: () => expect.fail('what Asterisk tells cannot be spoilt'),
  settle: async ({ asterisk = expect.fail('no Asterisk') }) => {
    for (const on of [...lines(asterisk).values()].flat()) {
      if (on.cause !== undefined) continue;
      on.hangUp();
      await isRecorded(vault(SECRET_BYTES).hmac('delivery', 'voice', on.id, 'over'));
    }
    lines(asterisk).clear();
  },
  fits: (text) => {
    for (const line of sentencesOf({ text, language: 'zh-CN', isSlow: false })) if ('text' in line) voice.fits(line.text, 'any');
  },
};

/** Sentences as they are written one after the other. */
function joined(sentences: readonly string[]): string {
  return sentences
    .map((one) => (/\p{Script=Han}/u.test(one) ? one : `${one} `))
    .join('')
    .trimEnd();
}

const RECORDED_MS = 10_000;

/** Waits until the turn with this key is recorded. */
async function isRecorded(key: string): Promise<void> {
  const where = { $or: ANSWER_PLACES.map((place) => ({ [`answers.${place}.key`]: key })) };
  for (const until = performance.now() + RECORDED_MS; !(await collection(Conversation).findOne(where)); await sleep(5))
    if (performance.now() > until) expect.fail('the end of a call was never recorded');
}
