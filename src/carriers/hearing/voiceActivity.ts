/** Where in a sound somebody may be speaking, in samples, and for how many milliseconds of it. */
export interface Voice {
  readonly from: number;
  readonly to: number;
  readonly voicedMs: number;
}

/** A frame, in milliseconds. */
const FRAME_MS = 20;
/** A quieter frame is never a voice: the root of the mean square of its samples. */
const QUIETEST = 120;
/** A voice is so much louder than what is there beside it. */
const LOUDER = 2.2;
/** The share of the frames that count as what is there beside a voice. */
const BESIDE = 0.15;
/** Shorter than this it is a click. Milliseconds. */
const SHORTEST_MS = 100;
/** What is kept before and behind, so that no consonant is cut. Milliseconds. */
const AROUND_MS = 240;

/** Finds where somebody may be speaking, by energy alone: louder than the noise of the line, and for longer than a click. Undefined if nobody is. */
export function voiceIn(samples: Int16Array, rate: number): Voice | undefined {
  const size = Math.round((rate * FRAME_MS) / 1_000);
  const levels = Array.from({ length: Math.floor(samples.length / size) }, (_, frame) => level(samples.subarray(frame * size, (frame + 1) * size)));
  const quiet = levels.toSorted((one, other) => one - other)[Math.floor(levels.length * BESIDE)] ?? 0;
  const least = Math.max(QUIETEST, LOUDER * quiet);
  const isLoud = levels.map((one) => one > least);
  const isVoice = isLoud.map((loud, at) => loud && (isLoud[at - 1] === true || isLoud[at + 1] === true));
  const [first, last] = [isVoice.indexOf(true), isVoice.lastIndexOf(true)];
  const voicedMs = FRAME_MS * isVoice.filter(Boolean).length;
  if (voicedMs < SHORTEST_MS) return undefined;
  const around = Math.round((rate * AROUND_MS) / 1_000);
  return { from: Math.max(0, first * size - around), to: Math.min(samples.length, (last + 1) * size + around), voicedMs };
}

function level(frame: Int16Array): number {
  let square = 0;
  for (const sample of frame) square += sample * sample;
  return Math.sqrt(square / frame.length);
}

/** So long somebody may take for a syllable, in milliseconds, and at most. */
const SYLLABLE_MS = 330;

/** Whether a voice lasted longer than these words take, as slowly as anybody says them (or so many `times` that): then some of them may be missing. */
export function isLongerThan(text: string, { voicedMs }: Voice, times = 1): boolean {
  const syllables = text.match(/\p{Script=Han}|\p{Nd}|[aeiouy]+/giu)?.length ?? 0;
  return voicedMs > times * SYLLABLE_MS * syllables;
}
