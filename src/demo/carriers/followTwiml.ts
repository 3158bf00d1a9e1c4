import { randomBytes } from 'node:crypto';
import { CodedError } from '../../store/codedError.ts';
import { HEARS } from './playedCarriers.ts';
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
  /** The line hears words. */
  readonly hears?: boolean | undefined;
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
export async function followTwiml(line: VoiceLine, { sid = `CA${randomBytes(16).toString('hex')}`, ...caller }: Caller): Promise<CallUnderWay> {
  const call = documents(line, { ...caller, sid });
  await call.begin();
  return {
    sid,
    connectedTo: call.connectedTo,
    get waiting() {
      return call.waiting?.verb;
    },
    get seconds() {
      return call.ear.seconds;
    },
    get status() {
      return call.status;
    },
    pass: call.ear.pass,
    prompt: async (limit = Number.POSITIVE_INFINITY) => {
      const { waiting } = call;
      if (!waiting || waiting.isSaid) return;
      waiting.isSaid = true;
      let left = limit;
      for (const verb of waiting.verb.children.filter(({ name }) => name !== '#text')) {
        if (left <= 0) return;
        left -= await call.ear.hear(verb, left);
      }
    },
    heard: call.ear.heard,
    answer: async (fields) => {
      const verb = call.taken();
      if (verb) await call.open(call.addressOf(verb), fields);
    },
    goOn: async () => {
      if (call.taken()) await call.follow();
    },
    hangUp: async (fields) => {
      const verb = call.taken();
      if (!verb) return;
      if (fields) await call.post(call.addressOf(verb), { ...fields, CallStatus: 'completed' });
      await call.end('completed');
    },
  };
}

/** The documents of a call, one after the other, until one waits for the caller or the call is over. */
function documents(line: VoiceLine, { sid, from, to, hears, dialled = 'no-answer', placed }: Caller & { readonly sid: string }) {
  const about = {
    CallSid: sid,
    AccountSid: 'ACdemo',
    From: from,
    To: to,
    ApiVersion: '2010-04-01',
    Direction: placed ? 'outbound-api' : 'inbound',
    ...(hears && { [HEARS]: 'yes' }),
  };
  const connectedTo: string[] = [];
  let status = 'in-progress';
  /** The verbs of the current document that are still to come, and the document's address. */
  let rest: readonly Verb[] = [];
  let here = placed?.url ?? `${line.publicUrl}/twilio/voice`;
  /** The verb that waits for the caller, and whether its words were said. */
  let waiting: { readonly verb: Verb; isSaid: boolean } | undefined;
  /** The number of documents since the caller last did something. */
  let count = 0;
  const absolute = (address: string) => new URL(address, here).href;
  const addressOf = ({ attributes }: Verb) => absolute(attributes.action ?? '');
  const ear = hearing((address) => fetchAudio(line, absolute(address)));

  return {
    ear,
    connectedTo,
    get waiting() {
      return waiting;
    },
    get status() {
      return status;
    },
    begin: () =>
      open(here, {
        CallStatus: placed ? 'in-progress' : 'ringing',
        ...(placed?.answeredBy && { AnsweredBy: placed.answeredBy, MachineDetectionDuration: '2000' }),
      }),
    /** Gives the verb that waited; it no longer waits. */
    taken: (): Verb | undefined => {
      const verb = waiting?.verb;
      waiting = undefined;
      count = 0;
      return verb;
    },
    ...{ open, follow, end, post, addressOf },
  };

  /** Fetches a document and follows it. */
  async function open(address: string, fields: Readonly<Record<string, string>>): Promise<void> {
    count += 1;
    if (count > MOST_DOCUMENTS) throw new CodedError('wrong-twiml', 'The documents lead to each other without end.');
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
          await ear.hear(verb);
          break;
        case 'Gather':
        case 'Record':
          waiting = { verb, isSaid: false };
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
    ear.pass(dialled === 'completed' ? 0 : Number(dial.attributes.timeout ?? RING_SECONDS));
    if (!dial.attributes.action) return false;
    await open(addressOf(dial), { DialCallStatus: dialled, ...(dialled === 'completed' && { DialCallDuration: '60' }) });
    return true;
  }

  async function end(how: string): Promise<void> {
    rest = [];
    status = how;
    await post(placed?.statusCallback ?? `${line.publicUrl}/twilio/status`, {
      CallStatus: how,
      CallDuration: String(Math.round(ear.seconds)),
      SequenceNumber: '0',
      CallbackSource: 'call-progress-events',
    });
  }

  function post(address: string, fields: Readonly<Record<string, string>>): Promise<string> {
    return postSigned(line, address, { ...about, ...fields });
  }
}

/** What is heard in a call, and how long it takes. `fetch` fetches a recording. */
function hearing(fetch: (address: string) => Promise<unknown>) {
  const heard: HeardPrompt[] = [];
  let seconds = 0;
  return {
    get seconds() {
      return seconds;
    },
    pass: (more: number) => {
      seconds += more;
    },
    heard: () => heard.splice(0),
    /** Gives how many seconds it took. */
    hear: async (verb: Verb, limit = Number.POSITIVE_INFINITY): Promise<number> => {
      if (verb.name === 'Play') await fetch(verb.text.trim());
      const took = Math.min(limit, promptSeconds(verb));
      seconds += took;
      const { language } = verb.attributes;
      if (verb.name !== 'Pause')
        heard.push({ text: verb.name === 'Play' ? `♪ ${verb.text.trim()}` : verb.text, seconds: took, ...(language && { language }) });
      return took;
    },
  };
}
