import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Question, Reply } from '../../dialog/question.ts';
import { type Speech, speak } from './speak.ts';

export interface Rendering extends Omit<Speech, 'isSlow'> {
  /** Where the next step goes, its number in it. */
  readonly next: string;
  /** After what is said, the call is connected. */
  readonly connects?: Connection;
}

export interface Connection {
  /** E.164. */
  readonly to: string;
  /** The number that is shown there: the community's own. */
  readonly from: string;
  /** Where the call goes on afterwards. */
  readonly afterwards: string;
}

/** Seconds that are waited after a prompt, and between two keys. */
const TIMEOUT = 6;
const RECORD_TIMEOUT = 4;
/** Seconds that a person's phone rings. */
const RINGS = 25;
/** The keys that end a recording: done, say it again, a person. */
const RECORD_KEYS = '#*0';

/** The answer to a step of a call: what is said, then the keys or the recording that are waited for; where nothing is asked, the call ends. */
export function toTwiml(reply: Reply | undefined, { next, connects, ...speech }: Rendering): string {
  const response = new VoiceResponse();
  const { says = [], asks, adds = [], isSlow = false } = reply ?? {};
  if (connects) {
    for (const said of says) speak(response, said, { ...speech, isSlow });
    response.dial({ action: connects.afterwards, method: 'POST', callerId: connects.from, timeout: RINGS }).number(connects.to);
    return response.toString();
  }
  const spoken = [...says, ...(asks ? [asks] : []), ...adds];
  if (!asks) {
    for (const said of spoken) speak(response, said, { ...speech, isSlow });
    response.hangup();
    return response.toString();
  }
  const isRecorded = asks.expects === 'account';
  const speaker = isRecorded ? response : response.gather({ ...keysFor(asks), action: next, method: 'POST', actionOnEmptyResult: true });
  for (const said of spoken) speak(speaker, said, { ...speech, isSlow });
  if (isRecorded) {
    const maxLength = asks.maxSeconds;
    response.record({ action: next, method: 'POST', maxLength, finishOnKey: RECORD_KEYS, timeout: RECORD_TIMEOUT, playBeep: true });
  }
  response.redirect({ method: 'POST' }, next);
  return response.toString();
}

/** One key, `#` and `*` among them; a number that `#` ends; or as many digits as there are, which `#` may cut short. */
function keysFor(asks: Question): { input: ['dtmf']; timeout: number; numDigits?: number; finishOnKey: string } {
  const gather = { input: ['dtmf' as const] satisfies ['dtmf'], timeout: TIMEOUT };
  if (asks.expects === 'code') return { ...gather, numDigits: asks.length, finishOnKey: '#' };
  const isNumber = asks.expects === 'numbers' && asks.options.length === 0;
  return isNumber ? { ...gather, finishOnKey: '#' } : { ...gather, numDigits: 1, finishOnKey: '' };
}
