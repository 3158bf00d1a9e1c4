import { randomBytes } from 'node:crypto';
import { CodedError } from '../../store/codedError.ts';
import { promptSeconds, readTwiml, type Verb } from './readTwiml.ts';
import { fetchAudio, type Line, postSigned } from './signedLine.ts';

export interface VoiceLine extends Line {
  /** Checks every document before it is followed; throws if it is wrong. */
  readonly check?: (twiml: string) => void;
}

export interface Caller {
  readonly from: string;
  readonly to: string;
  /** The carrier's id of the call. */
  readonly sid?: string;
  /** What happens when a person is dialled; nobody answers if it is absent. */
  readonly dialled?: 'completed' | 'busy' | 'no-answer';
  /** Given if the service placed this call: its first document is fetched from there, and its end is reported there. */
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
export interface HeardPrompt {
  readonly text: string;
  /** The seconds until its end, or until a key interrupted it. */
  readonly seconds: number;
  /** The language of the voice, if the document names one. */
  readonly language?: string;
}

/** A call as its carrier sees it: the document that it has reached, and what it waits for there. */
export interface CallUnderWay {
  readonly sid: string;
  /** The `<Gather>` or `<Record>` that waits for the caller. */
  readonly waiting: Verb | undefined;
  /** The length of the call until now, in seconds. */
  readonly seconds: number;
  /** The numbers to which the service connected the call. */
  readonly connectedTo: readonly string[];
  /** `in-progress`, or how it ended: `completed`, or `busy` and `no-answer` if it was rejected. */
  readonly status: string;
  /** Lets so many more seconds pass. */
  pass(seconds: number): void;
  /** Says the words of the waiting `<Gather>`, once, until a key interrupts it after so many seconds. */
  prompt(limit?: number): Promise<void>;
  /** What was heard since the last time. */
  heard(): HeardPrompt[];
  /** The caller did something: sends it to the address of the verb that waits, and follows the document that comes back. */
  answer(fields: Readonly<Record<string, string>>): Promise<void>;
  /** The caller did nothing: follows the document after the verb that waits. */
  goOn(): Promise<void>;
  /** Ends the call; the fields, if there are any, are first sent to the address of the verb that waits. */
  hangUp(fields?: Readonly<Record<string, string>>): Promise<void>;
}

/** A loop of documents that never waits for the caller ends after this many. */
const MOST_DOCUMENTS = 30;
/** Twilio's default (https://www.twilio.com/docs/voice/twiml/dial). */
const RING_SECONDS = 20;

/**
 * Calls the service over its real webhook, signed as Twilio signs, and follows its documents until one waits for the caller. Rejects with code
 * `not-delivered` if the service does not accept a step, `wrong-twiml` if Twilio could not go on.
 */
export async function followTwiml(line: VoiceLine, caller: Caller): Promise<CallUnderWay> {
  const { from, to, sid = `CA${randomBytes(16).toString('hex')}`, dialled = 'no-answer', placed } = caller;
  const about = { CallSid: sid, AccountSid: 'ACdemo', From: from, To: to, ApiVersion: '2010-04-01', Direction: placed ? 'outbound-api' : 'inbound' };
  const heard: HeardPrompt[] = [];
  const connectedTo: string[] = [];
  let seconds = 0;
  let status = 'in-progress';
  /** The verbs of the current document that are still to come, and the document's address. */
  let rest: readonly Verb[] = [];
  let here = placed?.url ?? `${line.publicUrl}/twilio/voice`;
  let waiting: Verb | undefined;
  /** Whether the words of the verb that waits were said. */
  let isSaid = false;
  /** The number of documents since the caller last did something. */
  let documents = 0;

  await open(here, {
    CallStatus: placed ? 'in-progress' : 'ringing',
    ...(placed?.answeredBy && { AnsweredBy: placed.answeredBy, MachineDetectionDuration: '2000' }),
  });

  return {
    sid,
    connectedTo,
    get waiting() {
      return waiting;
    },
    get seconds() {
      return seconds;
    },
    get status() {
      return status;
    },
    pass: (more) => {
      seconds += more;
    },
    prompt,
    heard: () => heard.splice(0),
    answer: async (fields) => {
      const verb = taken();
      if (verb) await open(addressOf(verb), fields);
    },
    goOn: async () => {
      if (taken()) await follow();
    },
    hangUp: async (fields) => {
      const verb = taken();
      if (!verb) return;
      if (fields) await post(addressOf(verb), { ...fields, CallStatus: 'completed' });
      await end('completed');
    },
  };

  /** Gives the verb that waited; it no longer waits. */
  function taken(): Verb | undefined {
    const verb = waiting;
    waiting = undefined;
    documents = 0;
    return verb;
  }

  async function prompt(limit = Number.POSITIVE_INFINITY): Promise<void> {
    if (isSaid || !waiting) return;
    isSaid = true;
    let left = limit;
    for (const verb of waiting.children.filter(({ name }) => name !== '#text')) {
      if (left <= 0) return;
      left -= await say(verb, left);
    }
  }

  async function say(verb: Verb, limit = Number.POSITIVE_INFINITY): Promise<number> {
    if (verb.name === 'Play') await fetchAudio(line, absolute(verb.text.trim()));
    const took = Math.min(limit, promptSeconds(verb));
    seconds += took;
    const { language } = verb.attributes;
    if (verb.name !== 'Pause')
      heard.push({ text: verb.name === 'Play' ? `♪ ${verb.text.trim()}` : verb.text, seconds: took, ...(language && { language }) });
    return took;
  }

  /** Fetches a document and follows it. */
  async function open(address: string, fields: Readonly<Record<string, string>>): Promise<void> {
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

  function post(address: string, fields: Readonly<Record<string, string>>): Promise<string> {
    return postSigned(line, address, { ...about, ...fields });
  }
}
