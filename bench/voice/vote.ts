import { type Call, call } from '../../src/demo/carriers/asCaller.ts';
import type { HeardPrompt } from '../../src/demo/carriers/followTwiml.ts';
import type { Line } from '../../src/demo/carriers/signedLine.ts';
import { answerTo, isContent, type Mind, remember } from './mind.ts';

/** A person who calls to vote. */
export interface Voter {
  readonly from: string;
  readonly to: string;
  /** The ballot that they mean. */
  readonly meant: readonly number[];
  /** Whether they know the numbers; otherwise they listen to them. */
  readonly knows: boolean;
  readonly noise?: Noise;
}

/** The mishaps, turn by turn. */
export interface Noise {
  mishap(): Mishap | undefined;
  /** From 0 to 1: which key is the wrong one. */
  random(): number;
}

export type Mishap = 'wrongKey' | 'silence' | 'hangUp' | 'doubledKey';

export interface Voted {
  /** Everything that was heard, in all calls. */
  readonly heard: readonly HeardPrompt[];
  readonly seconds: number;
  readonly calls: number;
  /** Whether the last ballot read back was the one that they meant. */
  readonly isContent: boolean;
  /** The questions and the keys pressed, turn by turn. */
  readonly log: readonly string[];
}

/** A caller who is cut off calls again, three times at most. */
const MOST_CALLS = 4;
/** A caller who hears nothing that they know for so long hangs up and calls again. */
const MOST_LOST = 2;
const MOST_TURNS = 60;
const DIGITS = '0123456789';
const KEYS = `${DIGITS}*#`;

/** Calls, listens, and answers the questions until the ballot that is read back is the one meant. The caller knows only what the prompts say. */
export async function vote(line: Line, { from, to, meant, knows, noise }: Voter): Promise<Voted> {
  const mind: Mind = { meant, knows, has: new Set() };
  const heard: HeardPrompt[] = [];
  const log: string[] = [];
  let seconds = 0;
  let calls = 0;
  while (calls < MOST_CALLS && !isContent(mind)) {
    calls += 1;
    log.push('☎');
    const phone = await call(line, { from, to });
    await talk(phone);
    await phone.hangUp();
    seconds += phone.seconds;
  }
  return { heard, seconds, calls, isContent: isContent(mind), log };

  async function talk(phone: Call): Promise<void> {
    let lost = 0;
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const said = await phone.hear();
      heard.push(...said);
      remember(mind, said);
      const question = said.map(({ text }) => text).join('');
      if (phone.waitsFor !== 'keys' || isContent(mind)) return void log.push(question);
      const keys = answerTo(question, mind);
      lost = keys === undefined ? lost + 1 : 0;
      if (lost > MOST_LOST) return void log.push(question, 'is lost');
      const pressed = withNoise(keys ?? '#', noise?.mishap());
      log.push(`${question} → ${pressed}`);
      if (pressed === 'hangUp') return;
      await (pressed === 'silence' ? phone.silence() : phone.press(pressed));
    }
  }

  function withNoise(keys: string, mishap: Mishap | undefined): string {
    if (!noise || !mishap) return keys;
    if (mishap === 'silence' || mishap === 'hangUp') return mishap;
    const at = Math.floor(noise.random() * keys.length);
    if (mishap === 'doubledKey') return keys.slice(0, at + 1) + keys.slice(at);
    const others = [...(keys.length > 1 ? DIGITS : KEYS)].filter((key) => key !== keys[0]);
    return `${others[Math.floor(noise.random() * others.length)]}${keys.slice(1)}`;
  }
}
