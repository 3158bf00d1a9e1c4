import { setTimeout as sleep } from 'node:timers/promises';
import { callerIn } from '../../src/carriers/asterisk/carrier.ts';
import { sentencesOf, spokenSeconds } from '../../src/channels/voice/speech.ts';
import type { TestService } from '../support/service.ts';
import { silence } from '../support/silence.ts';
import { utterance } from '../support/sounds.ts';
import { accepted } from './accepted.ts';
import { arrived } from './arrived.ts';
import { others } from './askedFor.ts';
import type { Play, Turn } from './conversation.ts';
import { held } from './held.ts';
import { phoneChanged } from './phoneChanged.ts';
import { published } from './published.ts';
import { sealed } from './sealed.ts';

/** A call that begins, and one that the line ended, with its seconds. */
const BEGINS = '☎';
const ENDS = '☏';
const SILENCE = '静';
const HANGS_UP = '挂';
const SPEAKS = /^说 (.*?)(?: \[(0\.\d+)\])?$/;

/** A phone in a call, whichever carrier brings it. */
interface Phone {
  /** What is said until it waits or has ended; `written` is what should come. Keys come after so many seconds of it, if any are given. */
  listen(written: readonly Turn[], seconds?: number): Promise<string[]>;
  press(keys: string): Promise<void>;
  silence(): Promise<void>;
  /** Says something, as surely as this if the line hears words. */
  speak(text: string, confidence?: number): Promise<void>;
  hangUp(): Promise<void>;
}

/** Begins a call. */
type Dial = (service: TestService, from: string) => Promise<Phone>;

/**
 * `☎` calls; `←` is heard, with its seconds; `→` is pressed (`1`, `3#`, `204681717`; `# (5 s)`: after five seconds of what is said), or `静` nothing, `挂` hung up, `说 …` spoken after
 * the tone, or said to a line that hears words (`hears`; `说 路灯 [0.2]`: heard as surely as that); `☏` is the call's end, with its seconds. `until: writtenDown`: a cadre writes down what was spoken. `⇐ number:`, `at:`, `from:`, `until: sealed` and `{receipt}` as in SMS; `{code}` are the six
 * digits that came by SMS, `{others}` six that did not.
 */
export const playVoice = played(overTwilio);

/** The same over Asterisk, which does not count the seconds. */
export const playAsterisk = played(overAsterisk);

function played(dial: Dial): Play {
  return async (service, { turns, from }, clock, writeDown) => {
    const went: Turn[] = [];
    let caller = from;
    let phone: Phone | undefined;
    let code = '';
    for (const [index, turn] of turns.entries()) {
      const patience = AFTER.exec(nextKeys(turns, index))?.[1];
      const listen = async (on: Phone) =>
        went.push(...(await on.listen(writtenAfter(turns, index), patience === undefined ? undefined : Number(patience))));
      if (typeof turn === 'object') {
        if ('at' in turn) clock.moveTo(turn.at);
        else if ('from' in turn) caller = turn.from;
        else if (turn.until === 'sealed') await sealed(clock);
        else if (turn.until === 'held') await held(clock);
        else if (turn.until === 'published') await published(clock);
        else if (turn.until === 'accepted') await accepted(clock);
        else if (turn.until === 'phoneChanged') await phoneChanged(caller, clock);
        else await writeDown(turns);
        went.push(turn);
      } else if (turn.startsWith('⇐')) {
        const to = turn.slice(1).split(':')[0]?.trim() ?? '';
        const came = await arrived(service.twilio, to);
        code = SIX_DIGITS.exec(came)?.[0] ?? code;
        went.push(`⇐ ${to}: ${came.replace(SIX_DIGITS, '{code}')}`);
      } else if (turn === BEGINS) {
        phone = await dial(service, caller);
        went.push(turn);
        await listen(phone);
      } else if (turn.startsWith('→') && phone) {
        went.push(turn);
        await act(phone, turn.slice(1).replace(AFTER, '').trim().replace('{code}', code).replace('{others}', others(code)));
        await listen(phone);
      }
    }
    return went;
  };
}

async function act(on: Phone, does: string): Promise<void> {
  const [, spoken, confidence] = SPEAKS.exec(does) ?? [];
  if (does === SILENCE) await on.silence();
  else if (does === HANGS_UP) await on.hangUp();
  else if (spoken === undefined) await on.press(does);
  else await on.speak(spoken, confidence === undefined ? undefined : Number(confidence));
}

async function overTwilio({ twilio, community }: TestService, from: string): Promise<Phone> {
  const on = await twilio.dial({ from, to: community.phone });
  return {
    listen: async (_, seconds) => {
      const heard = await on.hear(seconds);
      const connected = on.connectedTo.map((number) => `… ${number}`);
      const said = heard.map(({ text, seconds }) => `${line(text)} (${Math.round(seconds)} s)`);
      return [...said, ...(on.waitsFor === 'nothing' ? [...connected, `${ENDS} ${Math.round(on.seconds)} s`] : [])];
    },
    press: (keys) => on.press(keys),
    silence: () => on.silence(),
    speak: (text, confidence) => {
      const seconds = Math.ceil(spokenSeconds(text));
      if (on.waitsFor === 'keys') return on.say(text, confidence);
      return on.speak({ url: `${twilio.apiUrl}/Recordings/${twilio.recordings.take(silence(seconds))}`, seconds });
    },
    hangUp: () => on.hangUp(),
  };
}

async function overAsterisk({ asterisk, recogniser, community }: TestService, from: string): Promise<Phone> {
  if (!asterisk) throw new Error('this service has no Asterisk');
  asterisk.answers = 'busy'; // nobody is there
  const on = await asterisk.dial(from, community.phone);
  const called = asterisk.called.length;
  let heard = 0;
  return {
    listen: async (written) => {
      const counts = written.filter((turn) => String(turn).startsWith('←')).map(sentencesIn);
      await on.hears(heard + counts.reduce((sum, count) => sum + count, 0));
      if (written.some((turn) => String(turn).startsWith(ENDS))) await on.isOver();
      await sleep(20); // for what should not come
      const came = on.heard.slice(heard);
      const said = [...counts.map((count) => line(came.splice(0, count).join(' '))), ...came.map(line)];
      heard = on.heard.length;
      const connected = asterisk.called.slice(called).map(({ to }) => `… ${callerIn(to, community.phone)}`);
      return [...said, ...(on.cause === undefined ? [] : [...connected, ENDS])];
    },
    press: async (keys) => on.press(keys),
    silence: () => on.silence(),
    speak: async (text, confidence) => {
      if (!recogniser) return on.speak(Math.ceil(spokenSeconds(text)), '#');
      recogniser.says = () => ({ text, ...(confidence !== undefined && { confidence }) });
      await on.says(utterance(1_000 * Math.min(1, spokenSeconds(text))));
    },
    hangUp: async () => on.hangUp(),
  };
}

/** A conversation as Asterisk can show it: without seconds, and sentence by sentence. */
export function withoutSeconds(turns: readonly Turn[]): Turn[] {
  return turns.map((turn) => {
    if (typeof turn !== 'string' || !/^[←☏]/.test(turn)) return turn;
    const bare = turn.replace(/ \(?\d+ s\)?$/, '');
    return turn.startsWith('←') ? `← ${inSentences(bare.slice(1)).join(' ')}` : bare;
  });
}

function sentencesIn(turn: Turn): number {
  return inSentences(String(withoutSeconds([turn])[0]).slice(1)).length;
}

function inSentences(text: string): string[] {
  return sentencesOf({ text, language: '', isSlow: false }).map((line) => ('text' in line ? line.text : ''));
}

/** A key that is pressed after so many seconds of what is said. */
const AFTER = / \((\d+) s\)$/;

export function isPatient(turn: Turn): boolean {
  return typeof turn === 'string' && turn.startsWith('→') && AFTER.test(turn);
}

function nextKeys(turns: readonly Turn[], index: number): string {
  const next = turns.slice(index + 1).find((turn) => typeof turn === 'string' && !turn.startsWith('←'));
  return typeof next === 'string' && next.startsWith('→') ? next : '';
}

/** What comes before somebody does something. */
function writtenAfter(turns: readonly Turn[], index: number): readonly Turn[] {
  const rest = turns.slice(index + 1);
  const end = rest.findIndex((turn) => typeof turn !== 'string' || /^[→☎⇐]/.test(turn));
  return end < 0 ? rest : rest.slice(0, end);
}

const SIX_DIGITS = /(?<!\d)\d{6}(?!\d)/;
const RECEIPT = /(?<=凭证[:：]|Receipt: )[^。.]+(?=[。.])/;

function line(text: string): string {
  return `← ${text.replace(RECEIPT, '{receipt}')}`;
}
