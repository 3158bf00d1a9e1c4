import { spokenSeconds } from '../../channels/voice/speech.ts';
import { type Caller, type CallUnderWay, followTwiml, type HeardPrompt, type VoiceLine } from './followTwiml.ts';
import type { Verb } from './readTwiml.ts';

/** A recording of a `<Record>`, and where the carrier keeps it. */
export interface Recording {
  readonly url: string;
  readonly seconds: number;
}

/** How the keys of one answer end, besides a pause of so many seconds. */
export interface KeyEntry {
  readonly finishOnKey: string;
  readonly numDigits?: number;
  readonly timeout: number;
}

/** A call that follows TwiML as Twilio does. */
export interface Call {
  readonly sid: string;
  /** What the line waits for. Once the call is over, keys and speech are lost. */
  readonly waitsFor: 'keys' | 'recording' | 'nothing';
  /** The words that may be expected, where the line waits for words as well; undefined if it does not. */
  readonly expects: readonly string[] | undefined;
  /** Undefined if it waits for no keys. */
  readonly entry: KeyEntry | undefined;
  /** The length of the call until now: what was heard, a second for each key, silences, pauses and recordings. */
  readonly seconds: number;
  /** The numbers to which the service connected the call. */
  readonly connectedTo: readonly string[];
  /** How it ended: `completed`, or `busy` and `no-answer` if it was rejected. */
  readonly status: string;
  /** Listens until nothing more is said, or for so many seconds, after which a key can be pressed; gives what was said since the last time. */
  hear(seconds?: number): Promise<HeardPrompt[]>;
  /**
   * Presses keys one after the other, without listening between them. The first key interrupts what is being said, after `after` seconds of it (at
   * its end if absent). The last key is followed by silence if it ends no entry.
   */
  press(keys: string, after?: number): Promise<void>;
  /** Hears to the end and presses nothing until the line has waited long enough. */
  silence(): Promise<void>;
  /** Says something where words may answer, over what is being said; where they may not, nothing happens. */
  say(text: string, confidence?: number): Promise<void>;
  /** Speaks after the tone and ends with `#`. */
  speak(recording: Recording): Promise<void>;
  /** Ends the call. What was `spoken` into a `<Record>` by then is delivered first. */
  hangUp(spoken?: Recording): Promise<void>;
}

/**
 * Calls the service over its real webhook, signed as Twilio signs, and acts as a caller does. Rejects with code `not-delivered` if the service does
 * not accept a step, `wrong-twiml` if Twilio could not go on.
 */
export async function call(line: VoiceLine, caller: Caller): Promise<Call> {
  const underWay = await followTwiml(line, caller);
  return {
    sid: underWay.sid,
    connectedTo: underWay.connectedTo,
    get waitsFor() {
      if (!underWay.waiting) return 'nothing';
      return underWay.waiting.name === 'Gather' ? 'keys' : 'recording';
    },
    get entry() {
      return underWay.waiting?.name === 'Gather' ? entryOf(underWay.waiting) : undefined;
    },
    get expects() {
      return underWay.waiting && hearsWords(underWay.waiting) ? (underWay.waiting.attributes.hints ?? '').split(',').filter(Boolean) : undefined;
    },
    get seconds() {
      return underWay.seconds;
    },
    get status() {
      return underWay.status;
    },
    hear: (seconds) => hear(underWay, seconds),
    press: (keys, after) => press(underWay, keys, after),
    silence: () => silence(underWay),
    say: (text, confidence) => say(underWay, text, confidence),
    speak: (recording) => speak(underWay, recording),
    hangUp: (spoken) => hangUp(underWay, spoken),
  };
}

/** Twilio's defaults (https://www.twilio.com/docs/voice/twiml). */
const GATHER_TIMEOUT = 5;
const RECORD_TIMEOUT = 5;
const RECORD_MAX_LENGTH = 3_600;
const RECORD_KEYS = '1234567890*#';
/** The carrier kept nothing: a key ended the recording before a word was said. */
const NO_RECORDING = 'https://api.twilio.com/2010-04-01/Accounts/ACdemo/Recordings/RE00000000000000000000000000000000';

async function hear(underWay: CallUnderWay, seconds?: number): Promise<HeardPrompt[]> {
  if (underWay.waiting?.name === 'Gather') await underWay.prompt(seconds);
  return underWay.heard();
}

async function press(underWay: CallUnderWay, keys: string, after?: number): Promise<void> {
  let entered = '';
  let limit = after;
  for (const key of keys) {
    const { waiting } = underWay;
    if (!waiting) return;
    if (waiting.name === 'Record') {
      if ((waiting.attributes.finishOnKey ?? RECORD_KEYS).includes(key)) await recorded(underWay, { url: NO_RECORDING, seconds: 0 }, key);
      continue;
    }
    if (entered === '') await underWay.prompt(limit);
    limit = 0;
    underWay.pass(1);
    const { finishOnKey, numDigits } = entryOf(waiting);
    if (key !== finishOnKey) entered += key;
    if (key === finishOnKey || entered.length === numDigits) {
      await gathered(underWay, entered, key === finishOnKey ? key : '');
      entered = '';
    }
  }
  if (underWay.waiting && entered) {
    underWay.pass(entryOf(underWay.waiting).timeout);
    await gathered(underWay, entered, '');
  }
}

async function silence(underWay: CallUnderWay): Promise<void> {
  const { waiting } = underWay;
  if (waiting?.name === 'Record') {
    underWay.pass(Number(waiting.attributes.timeout ?? RECORD_TIMEOUT));
    await underWay.goOn();
  } else if (waiting) {
    await underWay.prompt();
    underWay.pass(entryOf(waiting).timeout);
    await gathered(underWay, '', '');
  }
}

/** As long as Twilio takes to see that somebody has ended, in seconds. */
const PAUSE = 1;

async function say(underWay: CallUnderWay, text: string, confidence = 0.9): Promise<void> {
  const { waiting } = underWay;
  if (!waiting || !hearsWords(waiting)) return;
  await underWay.prompt();
  underWay.pass(spokenSeconds(text) + PAUSE);
  await underWay.answer({ SpeechResult: text, Confidence: String(confidence), Language: waiting.attributes.language ?? 'en-US', msg: 'Gather End' });
}

function hearsWords({ name, attributes }: Verb): boolean {
  return name === 'Gather' && attributes.input?.split(' ').includes('speech') === true;
}

async function speak(underWay: CallUnderWay, recording: Recording): Promise<void> {
  if (underWay.waiting?.name === 'Record') await recorded(underWay, recording, '#');
}

async function hangUp(underWay: CallUnderWay, spoken?: Recording): Promise<void> {
  if (!spoken || underWay.waiting?.name !== 'Record') return underWay.hangUp();
  underWay.pass(spoken.seconds);
  await underWay.hangUp({ ...recordingFields(spoken), Digits: 'hangup' });
}

/** The keys of a `<Gather>` have ended. */
async function gathered(underWay: CallUnderWay, digits: string, finishedOnKey: string): Promise<void> {
  if (digits || underWay.waiting?.attributes.actionOnEmptyResult === 'true')
    return underWay.answer({ Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' });
  await underWay.goOn();
}

/** A recording has ended, by a key or because it reached its longest time. */
async function recorded(underWay: CallUnderWay, recording: Recording, endedBy: string): Promise<void> {
  const most = Number(underWay.waiting?.attributes.maxLength ?? RECORD_MAX_LENGTH);
  const took = Math.min(recording.seconds, most);
  underWay.pass(took + 1);
  await underWay.answer({ ...recordingFields({ ...recording, seconds: took }), Digits: recording.seconds > most ? '' : endedBy });
}

function entryOf({ attributes: { finishOnKey = '#', numDigits, timeout = String(GATHER_TIMEOUT) } }: Verb): KeyEntry {
  return { finishOnKey, ...(numDigits !== undefined && { numDigits: Number(numDigits) }), timeout: Number(timeout) };
}

function recordingFields({ url, seconds }: Recording): Record<string, string> {
  return { RecordingUrl: url, RecordingSid: url.split('/').at(-1) ?? '', RecordingDuration: String(Math.round(seconds)) };
}
