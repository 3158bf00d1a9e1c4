/** Where in a sound somebody may be speaking, in samples, and for how many milliseconds of it. */
export interface Voice {
  readonly from: number;
  readonly to: number;
  readonly voicedMs: number;
  /** How many parts it has between pauses. */
  readonly parts: number;
  /** What is said behind the last pause: for how many milliseconds, and how often it grows loud: once, and again wherever it was quieter between. */
  readonly last: { readonly voicedMs: number; readonly bursts: number };
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

/** A pause, in milliseconds; `deploy/hearing/parts.py` parts a sound at the same. */
const PAUSE_MS = 240;
/** Within a syllable a voice gets no quieter by so many decibels and loud again: 2 at most in 对, 7 at least in 不对, over a noise that is 10 quieter. */
const BURST_DECIBELS = 4.5;

/** Finds where somebody may be speaking, by energy alone: louder than the noise of the line, and for longer than a click. Undefined if nobody is. */
export function voiceIn(samples: Int16Array, rate: number): Voice | undefined {
  const size = Math.round((rate * FRAME_MS) / 1_000);
  const levels = levelsOf(samples, size);
  const quiet = levels.toSorted((one, other) => one - other)[Math.floor(levels.length * BESIDE)] ?? 0;
  const least = Math.max(QUIETEST, LOUDER * quiet);
  const isLoud = levels.map((one) => one > least);
  const isVoice = isLoud.map((loud, at) => loud && (isLoud[at - 1] === true || isLoud[at + 1] === true));
  const [first, last] = [isVoice.indexOf(true), isVoice.lastIndexOf(true)];
  const voicedMs = FRAME_MS * isVoice.filter(Boolean).length;
  if (voicedMs < SHORTEST_MS) return undefined;
  const around = Math.round((rate * AROUND_MS) / 1_000);
  const starts = isVoice.flatMap((voice, at) => (voice && !isVoice.slice(Math.max(0, at - PAUSE_MS / FRAME_MS), at).includes(true) ? [at] : []));
  const start = starts.at(-1) ?? first;
  return {
    from: Math.max(0, first * size - around),
    to: Math.min(samples.length, (last + 1) * size + around),
    voicedMs,
    parts: starts.length,
    last: {
      voicedMs: FRAME_MS * isVoice.slice(start).filter(Boolean).length,
      bursts: burstsIn(samples.subarray(start * size, (last + 1) * size), size / 2),
    },
  };
}

/** How often a sound gets loud, and quieter before it gets loud again. */
function burstsIn(samples: Int16Array, size: number): number {
  const levels = levelsOf(samples, size);
  const smooth = levels.slice(1, -1).map((each, at) => 20 * Math.log10(1 + ((levels[at] ?? 0) + each + (levels[at + 2] ?? 0)) / 3));
  let [bursts, turned, isFalling] = [1, smooth[0] ?? 0, false];
  for (const each of smooth) {
    if (isFalling ? each < turned : each > turned) turned = each;
    if (Math.abs(each - turned) < BURST_DECIBELS) continue;
    if (isFalling) bursts += 1;
    [turned, isFalling] = [each, !isFalling];
  }
  return bursts;
}

/** How loud each frame of so many samples is. */
function levelsOf(samples: Int16Array, size: number): number[] {
  return Array.from({ length: Math.floor(samples.length / size) }, (_, frame) => level(samples.subarray(frame * size, (frame + 1) * size)));
}

function level(frame: Int16Array): number {
  let square = 0;
  for (const sample of frame) square += sample * sample;
  return Math.sqrt(square / frame.length);
}

/** So long somebody may take for a syllable, in milliseconds, and at most. */
const SYLLABLE_MS = 330;

/** Whether a voice lasted longer than these words take, as slowly as anybody says them (or so many `times` that): then some of them may be missing. */
export function isLongerThan(text: string, { voicedMs }: Pick<Voice, 'voicedMs'>, times = 1): boolean {
  return voicedMs > times * SYLLABLE_MS * syllablesIn(text);
}

function syllablesIn(text: string): number {
  return text.match(/\p{Script=Han}|\p{Nd}|[aeiouy]+/giu)?.length ?? 0;
}

/** A yes that begins with a consonant before which a 不 would be heard to end. 要得 is none: 不要得 glides. */
const STOPPED_YES = /^[\s\p{P}]*[对是好没]/u;
/** So many times as slowly as others somebody may say it. */
const SLOWLY = 2;

/**
 * Whether some of what was said may be missing in these words: 对, where 不对 was said. It is, if a word of one syllable grows loud twice, or the voice lasted
 * longer than the words take; but a yes before which a 不 would be heard may be said slowly, if it grows loud no more often than it has syllables.
 */
export function mayMiss(text: string, voice: Voice): boolean {
  const clauses = text.split(/[，,]/u).filter((clause) => syllablesIn(clause) > 0);
  const said = clauses.at(-1) ?? '';
  const isStopped = STOPPED_YES.test(said);
  const isMore = voice.last.bursts > syllablesIn(said);
  if (isStopped && isMore && syllablesIn(said) === 1) return true;
  if (!isLongerThan(text, voice)) return false;
  return !isStopped || isMore || voice.parts > clauses.length || isLongerThan(said, voice.last, SLOWLY) || isLongerThan(text, voice, SLOWLY);
}
