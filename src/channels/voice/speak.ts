import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Line } from './lineOf.ts';

/** What can say something: a document, or a `<Gather>` in it. */
export type Speaker = Pick<VoiceResponse, 'say' | 'play'>;

const CHINESE = { voice: 'Polly.Zhiyu-Neural', language: 'cmn-CN' } as const;
const ENGLISH = { voice: 'Polly.Joanna-Neural', language: 'en-US' } as const;
const SLOW = { rate: '75%' };

/** Speaks a line: as somebody recorded it, else by synthesis, slower for who asked to hear it again. */
export function speak(speaker: Speaker, line: Line): void {
  if ('sounds' in line) {
    for (const sound of line.sounds) speaker.play(sound);
    return;
  }
  const voice = line.language.startsWith('en') ? ENGLISH : CHINESE;
  if (line.isSlow) speaker.say(voice, '').prosody(SLOW, line.text);
  else speaker.say(voice, line.text);
}
