import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';

/** Characters that XML 1.0 cannot hold, half of a pair included. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const CHINESE = { voice: 'Polly.Zhiyu-Neural', language: 'cmn-CN' } as const;
const ENGLISH = { voice: 'Polly.Joanna-Neural', language: 'en-US' } as const;

/** Speaks words of which the language is not told: what has a Chinese character in it is Chinese. */
export function speakText(document: VoiceResponse, text: string): void {
  document.say(/\p{Script=Han}/u.test(text) ? CHINESE : ENGLISH, text.replace(UNHOLDABLE, ''));
}
