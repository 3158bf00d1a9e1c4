import { spawn } from 'node:child_process';
import type { Line } from '../../channels/voice/speech.ts';
import { CodedError } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import type { FormHandler } from '../form.ts';
import { plainText } from '../plainText.ts';
import { phoneWav } from './wav.ts';

export interface Sounds {
  /** The addresses of the sounds that say a line. Rejects with `not-spoken`. */
  of(line: Line): Promise<readonly string[]>;
  /** `GET /asterisk/sounds/:name`. */
  readonly handler: FormHandler;
}

/** How much is kept in memory, in bytes: half an hour of speech. */
const KEPT_BYTES = 32 * 1024 * 1024;
const LONGEST_MS = 10_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** So many texts are made at once; more wait. */
const AT_ONCE = 4;

/**
 * What is heard: recordings where there are some, else texts that a program speaks, each made once and kept in memory while it is used. The name of a
 * sound is an HMAC of its text.
 */
export function sounds({ vault }: Pick<World, 'vault'>, publicUrl: string, command: string | undefined): Sounds {
  const kept = new Map<string, Promise<Buffer>>();
  const sizes = new Map<string, number>();
  let bytes = 0;
  const speak = queued(AT_ONCE, (line: Spoken) => spoken(line, command));
  const make = (line: Spoken, name: string): Promise<Buffer> => {
    const before = kept.get(name);
    kept.delete(name);
    const made = before ?? speak(line);
    kept.set(name, made); // the last used stays longest
    if (!before)
      made.then(
        (wav) => {
          sizes.set(name, wav.length);
          bytes += wav.length;
          for (const old of kept.keys()) if (bytes > KEPT_BYTES && old !== name) forget(old);
        },
        () => forget(name),
      );
    return made;
  };
  const forget = (name: string) => {
    kept.delete(name);
    bytes -= sizes.get(name) ?? 0;
    sizes.delete(name);
  };
  return {
    of: async (line) => {
      if ('sounds' in line) return line.sounds;
      const name = vault.hmac('spokenText', line.language, String(line.isSlow), line.text);
      await make(line, name);
      return [`${publicUrl}/asterisk/sounds/${name}.wav`];
    },
    handler: async (request, response) => {
      const wav = await kept.get((request.params.name ?? '').replace(/\.wav$/, ''))?.catch(() => undefined);
      if (!wav) return void response.status(404).end();
      response.set('cache-control', 'private, max-age=3600').type('audio/wav').end(wav);
    },
  };
}

type Spoken = Exclude<Line, { sounds: unknown }>;

/** Debian's espeak-ng reads Chinese characters by this voice alone. */
const ESPEAK = { 'zh-CN': 'cmn-latn-pinyin', en: 'en-us' };
const [WORDS_A_MINUTE, SLOWLY] = [150, 115];

function spoken({ text, language, isSlow }: Spoken, command: string | undefined): Promise<Buffer> {
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

/** Works so many at once; the others wait in order. */
function queued<In, Out>(most: number, work: (input: In) => Promise<Out>): (input: In) => Promise<Out> {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  return async (input) => {
    if (underWay >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
    try {
      return await work(input);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else underWay -= 1;
    }
  };
}
