import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Question, Statement } from '../../dialog/question.ts';
import type { Words } from '../../dialog/wording.ts';

/** What can say something: a document, or a `<Gather>` in it. */
export type Speaker = Pick<VoiceResponse, 'say' | 'play'>;

export interface Speech {
  readonly words: Words;
  readonly language: string;
  readonly isSlow: boolean;
  /** The addresses of the recordings that together say something; undefined where it is not recorded whole. */
  readonly recorded?: (said: Statement | Question) => readonly string[] | undefined;
}

/** Characters that XML 1.0 cannot hold, half of a pair included. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const CHINESE = { voice: 'Polly.Zhiyu-Neural', language: 'cmn-CN' } as const;
const ENGLISH = { voice: 'Polly.Joanna-Neural', language: 'en-US' } as const;
const SLOW = { rate: '75%' };

/**
 * Speaks one statement or question: as somebody recorded it, else by synthesis, slower for who asked to hear it again; never a patchwork of the two. What has no
 * words is not spoken.
 */
export function speak(speaker: Speaker, said: Statement | Question, { words, language, isSlow, recorded }: Speech): void {
  const text = words(said).replace(UNHOLDABLE, '').trim();
  if (text === '') return;
  const sounds = recorded?.(said);
  if (sounds) {
    for (const sound of sounds) speaker.play(sound);
    return;
  }
  const voice = language.startsWith('en') ? ENGLISH : CHINESE;
  if (isSlow) speaker.say(voice, '').prosody(SLOW, text);
  else speaker.say(voice, text);
}
