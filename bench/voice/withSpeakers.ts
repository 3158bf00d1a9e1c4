import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CodedError } from '../../src/store/codedError.ts';

/** So many people speak at once; in turn they are so many residents of the first small community. */
export const [CALLERS, RESIDENTS] = [20, 2_000];

/** What came of their calls since it was last told. */
export interface Came {
  readonly calls: number;
  /** Calls that ended before the caller hung up, or stood still. */
  readonly broken: number;
  /** Of what was said: read back or cast, asked about again, and too late: the line named the keys. */
  readonly understood: number;
  readonly again: number;
  readonly late: number;
}

export interface Speakers {
  /** The service's settings for the line over which they call: a fake Asterisk. */
  readonly settings: Readonly<Record<string, string>>;
  /** `speak`: told once all of them have said something; `tell`: at once; `hush`: once their calls are over. */
  order(what: 'speak' | 'tell' | 'hush'): Promise<Came>;
}

/** Runs with people who vote by voice alone, in a process of their own. They say what lies in a folder, as `npm run speech -- make` writes it. */
export async function withSpeakers<Result>(folder: string, work: (speakers: Speakers) => Promise<Result>): Promise<Result> {
  const script = fileURLToPath(new URL('./speakers.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new CodedError('not-started', 'Those who speak have ended.');
    return JSON.parse(value);
  };
  try {
    const { url, user, password, trunk, ttsCommand } = await next();
    return await work({
      settings: { ASTERISK_URL: url, ASTERISK_USER: user, ASTERISK_PASSWORD: password, ASTERISK_TRUNK: trunk, TTS_COMMAND: ttsCommand },
      order: (what) => {
        child.stdin.write(`${what}\n`);
        return next();
      },
    });
  } finally {
    child.kill();
    await ended;
  }
}
