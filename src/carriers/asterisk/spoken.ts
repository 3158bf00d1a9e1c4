import { spawn } from 'node:child_process';
import type { Line } from '../../channels/voice/speech.ts';
import { CodedError } from '../../store/codedError.ts';
import { onlyOf } from '../../store/helperThread.ts';
import { plainText } from '../form.ts';
import { phoneWav } from '../wav.ts';

const LONGEST_MS = 10_000;
const MOST_BYTES = 8 * 1024 * 1024;

/** What of our environment the program gets: no secret. */
export const SPEAKS_WITH = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR'];

export type Spoken = Exclude<Line, { sounds: unknown }>;

/** Debian's espeak-ng reads Chinese characters by this voice alone. */
const ESPEAK = { 'zh-CN': 'cmn-latn-pinyin', en: 'en-us' };
const [WORDS_A_MINUTE, SLOWLY] = [150, 115];

/** The WAV of a text, as phones hear it. Rejects with `not-spoken`. */
export function spoken({ text, language, isSlow }: Spoken, command: string | undefined): Promise<Buffer> {
  const voice = language.startsWith('en') ? 'en' : 'zh-CN';
  const [program = 'espeak-ng', ...rest] = command?.split(/\s+/) ?? [
    'espeak-ng',
    '-v',
    ESPEAK[voice],
    '-s',
    String(isSlow ? SLOWLY : WORDS_A_MINUTE),
    '--stdin',
    '--stdout',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(program, command ? [...rest, voice, isSlow ? 'slow' : 'usual'] : rest, {
      env: onlyOf(SPEAKS_WITH),
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: LONGEST_MS,
    });
    const failed = (why: string) =>
      reject(new CodedError('not-spoken', `${program} did not speak a text: ${why}. Install espeak-ng, or set TTS_COMMAND.`));
    const chunks: Buffer[] = [];
    let size = 0;
    child.on('error', ({ message }) => failed(message));
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) child.kill();
      else chunks.push(chunk);
    });
    child.on('close', (code) => {
      const wav = code === 0 ? phoneWav(Buffer.concat(chunks)) : undefined;
      if (wav) resolve(wav);
      else failed(code === 0 ? 'its WAV has not 16 bits' : `it ended with ${code}`);
    });
    child.stdin.on('error', () => undefined); // it ended before it read: `close` says so
    child.stdin.end(plainText(text));
  });
}
