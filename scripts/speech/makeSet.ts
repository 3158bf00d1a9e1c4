import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { phoneWav, samplesOf, silentWav } from '../../src/carriers/wav.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { type SpokenSet, sets } from './sets.ts';

const [RATE, HEADER] = [8_000, 44];
/** So often each pick and each other answer is said, and so many sounds of each kind have nobody in them. */
const [PICK_TIMES, WORD_TIMES, EACH_NOBODY] = [4, 5, 20];
/** The seed of what is not spoken: the same command makes the same sounds. */
let seed = 0;

interface Sample {
  readonly text: string;
  readonly asked: string;
  readonly make: () => Promise<Float32Array>;
}

/** Writes one of the sets into a folder and gives how many sounds it has. Throws `usage` without espeak-ng. */
export async function makeSet(folder: string, which: keyof typeof sets, noise: number | undefined): Promise<number> {
  const set = sets[which];
  seed = set.seed;
  await mkdir(folder, { recursive: true });
  const samples = [...spokenSamples(set), ...(noise === undefined ? nobody(set) : [])];
  const hall = noise === undefined ? undefined : await hallNoise(set);
  const rows = ['file,text,asked'];
  for (const [index, { text, asked, make }] of samples.entries()) {
    const file = `${String(index).padStart(3, '0')}.wav`;
    const alone = padded(await make());
    const sound = hall && noise !== undefined ? mixed(alone, hall, noise) : alone;
    await writeFile(join(folder, file), wavOf(sound));
    rows.push(`${file},${text},${asked}`);
  }
  await writeFile(join(folder, 'said.csv'), `${rows.join('\n')}\n`);
  await writeFile(join(folder, 'titles.csv'), `number,title\n${set.titles.map((title, index) => `${index + 1},${title}`).join('\n')}\n`);
  return samples.length;
}

/** Each answer in several voices and speeds; every third as people speak who hesitate. */
function spokenSamples({ picks, words, voices, speeds, fillers }: SpokenSet): Sample[] {
  const all = [...picks.map((text) => ({ text, asked: 'pick' })), ...words.map(([text, asked]) => ({ text, asked }))];
  return all.flatMap(({ text, asked }, of) =>
    Array.from({ length: asked === 'pick' ? PICK_TIMES : WORD_TIMES }, (_, time) => {
      const index = 7 * of + time;
      const voice = voices[(3 * index + time) % voices.length] ?? '';
      const speed = speeds[(5 * index + of) % speeds.length] ?? 130;
      const parts = index % 3 === 2 ? [...(fillers[index % fillers.length] ?? []), text] : [text];
      return {
        text,
        asked,
        make: async () => joined(await Promise.all(parts.map((part) => (typeof part === 'number' ? quiet(part) : spoken(part, voice, speed))))),
      };
    }),
  );
}

/** Silence on a line, music, and a television in the next room. */
function nobody({ news, voices, pitch }: SpokenSet): Sample[] {
  const each = Array.from({ length: EACH_NOBODY }, (_, index) => index);
  const sounds = [
    ...each.map((index) => async () => quiet(2_000 + 100 * index)),
    ...each.map((index) => async () => music(index, pitch)),
    ...each.map((index) => async () => echoed(scaled(await spoken(news[index % news.length] ?? '', voices[index % voices.length] ?? '', 165), 0.3))),
  ];
  return sounds.map((make) => ({ text: '', asked: 'pick', make }));
}

async function spoken(text: string, voice: string, speed: number): Promise<Float32Array> {
  const child = spawn('espeak-ng', ['-v', `cmn-latn-pinyin${voice}`, '-s', String(speed), '--stdin', '--stdout'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(text);
  const code = await new Promise((resolve) => child.on('close', resolve).on('error', () => resolve(undefined)));
  const wav = code === 0 ? phoneWav(Buffer.concat(chunks)) : undefined;
  const read = wav && samplesOf(wav);
  if (!read) throw new CodedError('usage', 'espeak-ng did not speak: install it.');
  return Float32Array.from(read.samples);
}

function quiet(ms: number): Float32Array {
  return Float32Array.from({ length: (RATE * ms) / 1_000 }, () => 40 * (random() - 0.5));
}

function random(): number {
  seed = (seed * 16_807) % 2_147_483_647;
  return seed / 2_147_483_647;
}

/** Chords with a beat. */
function music(index: number, pitch: number): Float32Array {
  const notes = [220, 277.2, 329.6, 440].map((hertz) => hertz * pitch).map((hertz) => hertz * 2 ** ((index % 12) / 12));
  const beat = 0.3 + 0.02 * index;
  return Float32Array.from({ length: 4 * RATE }, (_, at) => {
    const time = at / RATE;
    const root = notes[Math.floor(time / beat) % notes.length] ?? 220;
    return 2_500 * Math.exp(-3 * (time % beat)) * [1, 1.25, 1.5].reduce((sum, ratio) => sum + Math.sin(2 * Math.PI * root * ratio * time), 0);
  });
}

/** Many people who talk in a hall. */
async function hallNoise({ news, voices: speakers }: SpokenSet): Promise<Float32Array> {
  const voices = await Promise.all(
    news.flatMap((text, index) => speakers.map((voice, of) => spoken(text.repeat(3), voice, 140 + 10 * ((index + of) % 4)))),
  );
  const length = Math.min(...voices.map((one) => one.length));
  return echoed(Float32Array.from({ length }, (_, at) => voices.reduce((sum, one, of) => sum + (one[(at + of * 2_311) % one.length] ?? 0), 0)));
}

function echoed(samples: Float32Array): Float32Array {
  const out = Float32Array.from(samples);
  for (const [ms, share] of [
    [31, 0.5],
    [67, 0.35],
    [113, 0.25],
    [181, 0.15],
  ] as const) {
    const late = Math.round((RATE * ms) / 1_000);
    for (let at = late; at < out.length; at += 1) out[at] = (out[at] ?? 0) + share * (samples[at - late] ?? 0);
  }
  return out;
}

/** Both together, the noise so many decibels quieter than the voice. */
function mixed(voice: Float32Array, noise: Float32Array, decibels: number): Float32Array {
  const from = Math.floor(random() * noise.length);
  const by = loudness(voice, true) / loudness(noise, false) / 10 ** (decibels / 20);
  return voice.map((sample, at) => sample + by * (noise[(from + at) % noise.length] ?? 0));
}

/** The root of the mean square; of a voice where it is heard. */
function loudness(samples: Float32Array, isVoice: boolean): number {
  const heard = isVoice ? samples.filter((sample) => Math.abs(sample) > 300) : samples;
  return Math.sqrt(heard.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, heard.length));
}

function scaled(samples: Float32Array, by: number): Float32Array {
  return samples.map((sample) => by * sample);
}

function padded(samples: Float32Array): Float32Array {
  return joined([quiet(500), samples, quiet(800)]);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** As a line carries it: 8 kHz, µ-law. */
function wavOf(samples: Float32Array): Buffer {
  const wav = silentWav((1_000 * samples.length) / RATE);
  samples.forEach((sample, at) => {
    wav.writeInt16LE(overMuLaw(Math.max(-32_635, Math.min(32_635, sample))), HEADER + 2 * at);
  });
  return wav;
}

/** What a sample has become behind the µ-law of G.711. */
function overMuLaw(sample: number): number {
  const [sign, size] = [sample < 0 ? -1 : 1, Math.abs(sample) + 132];
  const exponent = Math.max(0, Math.floor(Math.log2(size)) - 7);
  const step = 2 ** (exponent + 3);
  return sign * (Math.floor(size / step) * step + step / 2 - 132);
}
