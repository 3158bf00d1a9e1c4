import { z } from 'zod';
import type { Expected } from '../../dialog/question.ts';
import { carrierHttp, jsonIn } from '../http.ts';

/** A server with `POST …/audio/transcriptions`, as OpenAI's API defines it. */
export interface RecogniserSettings {
  /** No slash at the end. */
  readonly url: string;
  readonly model: string;
  readonly key?: string;
}

/** A sound for a recogniser; nothing of whose it is. */
export interface ToRecognise {
  readonly sound: Buffer;
  /** The name of its file tells the form of it: `sound.wav`, `sound.amr`, `sound.mp3`. */
  readonly name: string;
  /** As the service writes it: `zh-CN`, `en`. */
  readonly language: string;
  /** The likeliest last. */
  readonly expected: readonly Expected[];
  readonly signal: AbortSignal;
}

/** What was recognised, the likeliest first; none if it says that nobody spoke. */
export type Recognised = { readonly found: readonly Found[] } | { readonly failed: string };

export interface Found {
  readonly text: string;
  /** From 0 to 1; absent if the server does not tell. */
  readonly confidence?: number;
}

const MOST_BYTES = 256 * 1024;
/** Longer than anybody speaks in two minutes, in characters. */
const MOST_CHARACTERS = 2_000;
const MOST_ALTERNATIVES = 5;
/** So sure that nobody spoke, and so unsure of the words, whisper hears none (https://github.com/openai/whisper). */
const [NOBODY, UNSURE] = [0.6, -1];

const SEGMENT = z.object({ avg_logprob: z.number().optional(), no_speech_prob: z.number().optional() });
const ANSWER = z.object({
  text: z.string(),
  confidence: z.number().optional(),
  segments: z.array(SEGMENT).optional(),
  alternatives: z.array(z.object({ text: z.string().optional(), transcript: z.string().optional(), confidence: z.number().optional() })).optional(),
});

/** Asks the server once. Does not reject: `failed` is a stable code. What it answers beyond 256 KiB is not read, and no redirect is followed. */
export function recogniser({ url, model, key }: RecogniserSettings): (asked: ToRecognise) => Promise<Recognised> {
  const call = carrierHttp(url);
  return async ({ sound, name, language, expected, signal }) => {
    const form = new FormData();
    form.set('model', model);
    form.set('language', language.startsWith('en') ? 'en' : 'zh');
    if (expected.length > 0) form.set('prompt', expected.map(({ words, several }) => `${words.join(several ? '、' : '，')}。`).join(''));
    form.set('response_format', 'verbose_json');
    form.set('temperature', '0');
    form.set('file', new Blob([new Uint8Array(sound)]), name);
    const encoded = new Response(form);
    try {
      const body = Buffer.from(await encoded.arrayBuffer());
      const headers = { 'content-type': encoded.headers.get('content-type') ?? '', ...(key && { authorization: `Bearer ${key}` }) };
      const answer = await call('POST', '/audio/transcriptions', { headers, body, signal, most: MOST_BYTES });
      if (answer.status !== 200) return { failed: `http.${answer.status}` };
      if (!answer.body) return { failed: 'tooLong' };
      const read = ANSWER.safeParse(jsonIn(answer.body));
      return read.success ? { found: foundIn(read.data) } : { failed: 'nonsense' };
    } catch {
      return { failed: signal.aborted ? 'late' : 'unreachable' };
    }
  };
}

function foundIn({ text, confidence, segments = [], alternatives = [] }: z.output<typeof ANSWER>): Found[] {
  const isNobody = segments.length > 0 && segments.every(({ no_speech_prob: nobody = 0, avg_logprob: sure = 0 }) => nobody > NOBODY && sure < UNSURE);
  if (isNobody) return [];
  const own = confidence ?? meanOf(segments.flatMap(({ avg_logprob: sure }) => (sure === undefined ? [] : [Math.exp(sure)])));
  const others = alternatives.map((one) => ({ text: one.text ?? one.transcript ?? '', confidence: one.confidence }));
  const all = [{ text, confidence: own }, ...others]
    .map((one) => ({ ...one, text: one.text.replace(STRAY, '') }))
    .filter((one, index, list) => list.findIndex((other) => plain(other.text) === plain(one.text)) === index);
  return all
    .filter((one) => one.text.trim() !== '')
    .slice(0, MOST_ALTERNATIVES)
    .map((one) => ({
      text: one.text.trim().slice(0, MOST_CHARACTERS),
      ...(one.confidence !== undefined && one.confidence >= 0 && one.confidence <= 1 && { confidence: one.confidence }),
    }));
}

/** What whisper puts behind words, and nobody says: digits as wide as a character, a character that was cut off. */
const STRAY = /[０-９\uFFFD]/g;

/** A text without its signs: with others it is the same text. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}
