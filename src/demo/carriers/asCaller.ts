import { randomBytes } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { CodedError } from '../../store/codedError.ts';
import { promptSeconds, readTwiml, type Verb } from './readTwiml.ts';

/** Where a service listens, and what a carrier would need to be believed there. */
export interface Line {
  /** The service's own address on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  readonly authToken: string;
  /** Looks at every document before it is followed; throws where it should not be. */
  readonly check?: (twiml: string) => void;
}

export interface Caller {
  readonly from: string;
  readonly to: string;
  /** The carrier's id of the call. */
  readonly sid?: string;
  /** What becomes of who is dialled; nobody answers where absent. */
  readonly dialled?: 'completed' | 'busy' | 'no-answer';
  /** The service placed this call: it is fetched from here, and ends there. */
  readonly placed?: Placed;
}

export interface Placed {
  /** The address that the call's first document comes from. */
  readonly url: string;
  readonly statusCallback?: string;
  /** What the carrier's machine detection heard. */
  readonly answeredBy?: 'human' | 'machine_start' | 'fax' | 'unknown';
}

/** A prompt that was heard. */
export interface Heard {
  readonly text: string;
  /** Until its end, or until a key interrupted it. */
  readonly seconds: number;
}

/** What was spoken into a `<Record>`, where the carrier keeps it. */
export interface Recording {
  readonly url: string;
  readonly seconds: number;
}

/** What ends the keys of one answer, besides a pause of so many seconds. */
export interface KeyEntry {
  readonly finishOnKey: string;
  readonly numDigits?: number;
  readonly timeout: number;
}

/** A call that follows TwiML as Twilio does. */
export interface Call {
  readonly sid: string;
  /** What the line waits for; once the call is over, whatever is pressed or said is lost. */
  readonly waitsFor: 'keys' | 'recording' | 'nothing';
  /** Undefined where it waits for no keys. */
  readonly entry: KeyEntry | undefined;
  /** Of the call until now: what was heard, a second for each key, silences, pauses and recordings. */
  readonly seconds: number;
  /** Whom the service connected the call to. */
  readonly connectedTo: readonly string[];
  /** How it ended: `completed`, or `busy` and `no-answer` where it was rejected. */
  readonly status: string;
  /** Listens until nothing more is said, and gives what was said since the last time. */
  hear(): Promise<Heard[]>;
  /**
   * Presses keys one after the other, without listening between them. The first interrupts what is being said, `after` so many
   * seconds of it (at its end where absent); the last is followed by silence where it ends no entry.
   */
  press(keys: string, after?: number): Promise<void>;
  /** Hears to the end and presses nothing until the line has waited long enough. */
  silence(): Promise<void>;
  /** Speaks after the tone and ends with `#`. */
  speak(recording: Recording): Promise<void>;
  /** Ends the call; what was `spoken` into a `<Record>` by then is handed over first. */
  hangUp(spoken?: Recording): Promise<void>;
}

/** A loop of documents that never waits for the caller ends here. */
const MOST_DOCUMENTS = 30;

/** Twilio's defaults (https://www.twilio.com/docs/voice/twiml). */
const GATHER_TIMEOUT = 5;
const RECORD_TIMEOUT = 5;
const RECORD_MAX_LENGTH = 3_600;
const RECORD_KEYS = '1234567890*#';
/** Where the carrier keeps nothing: a key ended the recording before a word. */
const NO_RECORDING = 'https://api.twilio.com/2010-04-01/Accounts/ACdemo/Recordings/RE00000000000000000000000000000000';
const RING_SECONDS = 20;

/**
 * Calls the service over its real webhook, signed as Twilio signs, and follows what it answers until it waits for the caller.
 * Rejects with code `not-delivered` where the service does not take a step, `wrong-twiml` where Twilio could not go on.
 */
export async function call(line: Line, caller: Caller): Promise<Call> {
  const { from, to, sid = `CA${randomBytes(16).toString('hex')}`, dialled = 'no-answer', placed } = caller;
  const about = { CallSid: sid, AccountSid: 'ACdemo', From: from, To: to, ApiVersion: '2010-04-01', Direction: placed ? 'outbound-api' : 'inbound' };
  const heard: Heard[] = [];
  const connectedTo: string[] = [];
  let seconds = 0;
  let status = 'in-progress';
  /** The verbs still to come of the document under way, and where it came from. */
  let rest: readonly Verb[] = [];
  let here = placed?.url ?? `${line.publicUrl}/twilio/voice`;
  let waiting: Verb | undefined;
  /** What is waited for with was said. */
  let isSaid = false;
  /** Documents since the caller last did something. */
  let documents = 0;

  await open(here, {
    CallStatus: placed ? 'in-progress' : 'ringing',
    ...(placed?.answeredBy && { AnsweredBy: placed.answeredBy, MachineDetectionDuration: '2000' }),
  });

  return {
    sid,
    get waitsFor() {
      if (!waiting) return 'nothing';
      return waiting.name === 'Gather' ? 'keys' : 'recording';
    },
    get entry() {
      return waiting?.name === 'Gather' ? entryOf(waiting) : undefined;
    },
    get seconds() {
      return seconds;
    },
    get status() {
      return status;
    },
    connectedTo,
    hear,
    press,
    silence,
    speak,
    hangUp,
  };

  async function hear(): Promise<Heard[]> {
    if (waiting?.name === 'Gather') await prompts(waiting);
    return heard.splice(0);
  }

  async function press(keys: string, after?: number): Promise<void> {
    let entered = '';
    let limit = after;
    for (const key of keys) {
      if (!waiting) return;
      if (waiting.name === 'Record') {
        if ((waiting.attributes.finishOnKey ?? RECORD_KEYS).includes(key)) await recorded({ url: NO_RECORDING, seconds: 0 }, key);
        continue;
      }
      if (entered === '') await prompts(waiting, limit);
      limit = 0;
      seconds += 1;
      const { finishOnKey, numDigits } = entryOf(waiting);
      if (key !== finishOnKey) entered += key;
      if (key === finishOnKey || entered.length === numDigits) {
        await gathered(waiting, entered, key === finishOnKey ? key : '');
        entered = '';
      }
    }
    if (waiting && entered) {
      seconds += entryOf(waiting).timeout;
      await gathered(waiting, entered, '');
    }
  }

  async function silence(): Promise<void> {
    if (!waiting) return;
    if (waiting.name === 'Record') {
      seconds += Number(waiting.attributes.timeout ?? RECORD_TIMEOUT);
      return nothingRecorded();
    }
    await prompts(waiting);
    seconds += entryOf(waiting).timeout;
    await gathered(waiting, '', '');
  }

  async function speak(recording: Recording): Promise<void> {
    if (waiting?.name === 'Record') await recorded(recording, '#');
  }

  async function hangUp(spoken?: Recording): Promise<void> {
    if (!waiting) return;
    const cut = waiting;
    waiting = undefined;
    rest = [];
    if (spoken && cut.name === 'Record') {
      seconds += spoken.seconds;
      await post(addressOf(cut), { ...recordingFields(spoken), Digits: 'hangup', CallStatus: 'completed' });
    }
    await end('completed');
  }

  /** Says what a `<Gather>` says, once, until a key interrupts it. */
  async function prompts({ children }: Verb, limit = Number.POSITIVE_INFINITY): Promise<void> {
    if (isSaid) return;
    isSaid = true;
    let left = limit;
    for (const prompt of children.filter(({ name }) => name !== '#text')) {
      if (left <= 0) return;
      left -= await say(prompt, left);
    }
  }

  async function say(prompt: Verb, limit = Number.POSITIVE_INFINITY): Promise<number> {
    if (prompt.name === 'Play') await play(absolute(prompt.text.trim()));
    const took = Math.min(limit, promptSeconds(prompt));
    seconds += took;
    if (prompt.name !== 'Pause') heard.push({ text: prompt.name === 'Play' ? `♪ ${prompt.text.trim()}` : prompt.text, seconds: took });
    return took;
  }

  /** The carrier fetches what it plays. */
  async function play(address: string): Promise<void> {
    const response = await fetch(ours(address), { headers: { 'x-twilio-signature': getExpectedTwilioSignature(line.authToken, address, {}) } });
    await response.arrayBuffer();
    if (!response.ok || !response.headers.get('content-type')?.startsWith('audio/'))
      throw new CodedError('wrong-twiml', `${address} is no audio: ${response.status} ${response.headers.get('content-type')}.`);
  }

  async function gathered(gather: Verb, digits: string, finishedOnKey: string): Promise<void> {
    waiting = undefined;
    documents = 0;
    if (digits || gather.attributes.actionOnEmptyResult === 'true')
      return open(addressOf(gather), { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' });
    await follow();
  }

  async function recorded(recording: Recording, endedBy: string): Promise<void> {
    const record = waiting;
    if (!record) return;
    waiting = undefined;
    documents = 0;
    const most = Number(record.attributes.maxLength ?? RECORD_MAX_LENGTH);
    const took = Math.min(recording.seconds, most);
    seconds += took + 1;
    await open(addressOf(record), { ...recordingFields({ ...recording, seconds: took }), Digits: recording.seconds > most ? '' : endedBy });
  }

  async function nothingRecorded(): Promise<void> {
    waiting = undefined;
    documents = 0;
    await follow();
  }

  /** Fetches a document and follows it. */
  async function open(address: string, fields: Record<string, string>): Promise<void> {
    documents += 1;
    if (documents > MOST_DOCUMENTS) throw new CodedError('wrong-twiml', 'The documents lead to each other without end.');
    const twiml = await post(address, { CallStatus: 'in-progress', ...fields });
    line.check?.(twiml);
    const [root] = readTwiml(twiml);
    if (root?.name !== 'Response') throw new CodedError('wrong-twiml', `The answer is no TwiML: ${twiml.slice(0, 200)}`);
    here = address;
    rest = root.children;
    await follow();
  }

  /** Follows the document until it waits for the caller or the call is over. */
  async function follow(): Promise<void> {
    for (;;) {
      const [verb, ...others] = rest;
      rest = others;
      if (!verb) return end('completed');
      switch (verb.name) {
        case '#text':
          break;
        case 'Say':
        case 'Play':
        case 'Pause':
          await say(verb);
          break;
        case 'Gather':
        case 'Record':
          waiting = verb;
          isSaid = false;
          return;
        case 'Redirect':
          return open(absolute(verb.text.trim()), {});
        case 'Dial':
          if (await connected(verb)) return;
          break;
        case 'Hangup':
          return end('completed');
        case 'Reject':
          return end(verb.attributes.reason === 'busy' ? 'busy' : 'no-answer');
        default:
          throw new CodedError('wrong-twiml', `A caller does not know <${verb.name}>.`);
      }
    }
  }

  /** Whether the call went on at the address of the `<Dial>`. */
  async function connected(dial: Verb): Promise<boolean> {
    connectedTo.push(dial.text.trim());
    seconds += dialled === 'completed' ? 0 : Number(dial.attributes.timeout ?? RING_SECONDS);
    if (!dial.attributes.action) return false;
    await open(addressOf(dial), { DialCallStatus: dialled, ...(dialled === 'completed' && { DialCallDuration: '60' }) });
    return true;
  }

  async function end(how: string): Promise<void> {
    waiting = undefined;
    rest = [];
    status = how;
    await post(placed?.statusCallback ?? `${line.publicUrl}/twilio/status`, {
      CallStatus: how,
      CallDuration: String(Math.round(seconds)),
      SequenceNumber: '0',
      CallbackSource: 'call-progress-events',
    });
  }

  function addressOf({ attributes }: Verb): string {
    return absolute(attributes.action ?? '');
  }

  function absolute(address: string): string {
    return new URL(address, here).href;
  }

  /** Where an address that has to be the service's is on this machine. */
  function ours(address: string): string {
    if (!address.startsWith(`${line.publicUrl}/`)) throw new CodedError('wrong-twiml', `${address} is no address of the service.`);
    return line.url + address.slice(line.publicUrl.length);
  }

  /** Posts a signed form and gives the answer's text. */
  async function post(address: string, fields: Record<string, string>): Promise<string> {
    const form = { ...about, ...fields };
    const response = await fetch(ours(address), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': getExpectedTwilioSignature(line.authToken, address, form),
      },
      body: new URLSearchParams(form).toString(),
    });
    const answer = await response.text();
    if (!response.ok) throw new CodedError('not-delivered', `The service answered ${response.status}: ${answer.trim() || 'nothing'}.`);
    return answer;
  }
}

function entryOf({ attributes: { finishOnKey = '#', numDigits, timeout = String(GATHER_TIMEOUT) } }: Verb): KeyEntry {
  return { finishOnKey, ...(numDigits !== undefined && { numDigits: Number(numDigits) }), timeout: Number(timeout) };
}

function recordingFields({ url, seconds }: Recording): Record<string, string> {
  return { RecordingUrl: url, RecordingSid: url.split('/').at(-1) ?? '', RecordingDuration: String(Math.round(seconds)) };
}
