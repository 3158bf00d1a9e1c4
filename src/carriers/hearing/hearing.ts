import type { Alternative, Heard } from '../../channels/voice/callState.ts';
import type { Expected } from '../../dialog/question.ts';
import { samplesOf, silentWav } from '../wav.ts';
import { places } from './places.ts';
import { isEcho, isOfNoise } from './plausible.ts';
import { type Found, type RecogniserSettings, recogniser } from './recogniser.ts';
import { isLongerThan, mayMiss, type Voice, voiceIn } from './voiceActivity.ts';

/** Writes down what is said, by a server that recognises speech. Nothing of it is kept here, and the server learns nobody's number. */
export interface Hearing {
  /**
   * What somebody says on a call: a WAV of 16 bits. Undefined if nobody speaks in it, or only what a recogniser makes of noise; `failed` if nothing came
   * of it in time. Does not reject; `signal` gives its place up.
   */
  hear(wav: Buffer, about: About): Promise<Heard | undefined>;
  /** A draft of what was recorded. Calls go first. Undefined if there is none, a code in `failed` if it may be tried again. */
  write(sound: Buffer, about: Omit<About, 'signal'>): Promise<{ readonly draft: string | undefined } | { readonly failed: string }>;
}

export interface About {
  /** As the service writes it: `zh-CN`, `en`. */
  readonly language: string;
  /** The likeliest last. */
  readonly expected: readonly Expected[];
  readonly signal?: AbortSignal;
}

/** After so long a call goes on with keys; for a draft it may take longer. Milliseconds. */
const [CALL_MS, DRAFT_MS] = [4_000, 120_000];
/** So many are asked of the server at once; one of them may be a draft. */
const AT_ONCE = 4;

/** The hearing over one server; `callMs`: how long a call waits for it. */
export function hearing(settings: RecogniserSettings, callMs = CALL_MS): Hearing {
  const recognise = recogniser(settings);
  const { take } = places(AT_ONCE);
  return {
    hear: async (wav, { language, expected, signal }) => {
      const samples = samplesOf(wav);
      const voice = samples && voiceIn(samples.samples, samples.rate);
      if (!samples || !voice) return undefined;
      const late = AbortSignal.timeout(callMs);
      const ends = signal ? AbortSignal.any([signal, late]) : late;
      const sound = cut(samples, voice);
      const recognised = await take('call', ends, () => recognise({ sound, name: 'sound.wav', language, expected, signal: ends }));
      if (!recognised || 'failed' in recognised) return 'failed';
      const isSaid = ({ text }: Found) => !isOfNoise(text) && !isEcho(text, wordsOf(expected)) && !isBackground(text, voice);
      const found = recognised.found.filter(isSaid);
      return found.length > 0 ? found.map((one) => measured(one, voice)) : undefined;
    },
    write: async (sound, { language, expected }) => {
      const ends = AbortSignal.timeout(DRAFT_MS);
      const recognised = await take('draft', ends, () => recognise({ sound, name: nameOf(sound), language, expected, signal: ends }));
      if (!recognised) return { failed: 'late' };
      if ('failed' in recognised) return recognised;
      const [first] = recognised.found;
      return { draft: first && !isOfNoise(first.text) && !isEcho(first.text, wordsOf(expected)) ? first.text : undefined };
    },
  };
}

function wordsOf(expected: readonly Expected[]): string[] {
  return expected.flatMap(({ words }) => words);
}

/** What was heard, with whether more may have been said. */
function measured(one: Found, voice: Voice): Alternative {
  return { ...one, ...(mayMiss(one.text, voice) && { isLonger: true }) };
}

/** A voice that lasts so many times longer than what was heard of it, and so many milliseconds, is not a caller's: music, a television. */
const [BACKGROUND, BACKGROUND_MS] = [2, 1_500];

function isBackground(text: string, voice: Voice): boolean {
  return voice.voicedMs > BACKGROUND_MS && isLongerThan(text, voice, BACKGROUND);
}

/** A recogniser knows a sound's form by its name. */
function nameOf(sound: Buffer): string {
  const begins = sound.toString('latin1', 0, 5);
  return `sound.${begins.startsWith('RIFF') ? 'wav' : begins === '#!AMR' ? 'amr' : 'mp3'}`;
}

/** The part of a sound in which somebody speaks. */
function cut({ samples, rate }: { samples: Int16Array; rate: number }, { from, to }: Voice): Buffer {
  const wav = silentWav((1_000 * (to - from)) / rate, rate);
  samples.subarray(from, to).forEach((sample, index) => {
    wav.writeInt16LE(sample, wav.length - 2 * (to - from) + 2 * index);
  });
  return wav;
}
