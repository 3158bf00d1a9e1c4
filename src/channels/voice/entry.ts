import type { Question } from '../../dialog/question.ts';

/** What the line waits for after a prompt. Times in seconds. */
export type Entry =
  | { readonly keys: { readonly timeout: number; readonly numDigits?: number; readonly finishOnKey: string } }
  | { readonly recording: { readonly maxLength: number; readonly finishOnKey: string; readonly timeout: number } };

/** For how many seconds the line waits after a prompt, and between two keys. */
const TIMEOUT = 6;
/** A recording ends after so many seconds of silence. */
const RECORD_TIMEOUT = 4;
/** The keys that end a recording: done, say it again, a person. */
const RECORD_KEYS = '#*0';

/** One key, `#` and `*` included; or a number that `#` ends; or as many digits as there are, which `#` may end early; or what is spoken. */
export function entryFor(asks: Question): Entry {
  if (asks.expects === 'freeText') return { recording: { maxLength: asks.maxSeconds, finishOnKey: RECORD_KEYS, timeout: RECORD_TIMEOUT } };
  if (asks.expects === 'code') return { keys: { timeout: TIMEOUT, numDigits: asks.length, finishOnKey: '#' } };
  const isNumber = asks.expects === 'numbers' && asks.options.length === 0;
  return { keys: isNumber ? { timeout: TIMEOUT, finishOnKey: '#' } : { timeout: TIMEOUT, numDigits: 1, finishOnKey: '' } };
}
