import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { XMLValidator } from 'fast-xml-parser';
import { readTwiml, type Verb } from '../../src/demo/carriers/readTwiml.ts';

/** Values that the carrier's own library lists, such as every voice. */
const types = readFileSync(createRequire(import.meta.url).resolve('twilio/lib/twiml/VoiceResponse.d.ts'), 'utf8');
const listed = (name: string) =>
  new Set([...(new RegExp(`type ${name} = ([^;]+);`).exec(types)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(([, value]) => value));
const VOICES = listed('SayVoice');
const SAY_LANGUAGES = listed('SayLanguage');
const GATHER_LANGUAGES = listed('GatherLanguage');

const MOST_BYTES = 64 * 1024;
const MOST_SAID = 4_096;

type Rule = (value: string) => boolean;
const whole =
  (least: number, most: number): Rule =>
  (value) =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
const one =
  (...values: string[]): Rule =>
  (value) =>
    values.includes(value);
const within =
  (values: ReadonlySet<unknown>): Rule =>
  (value) =>
    values.has(value);
const matching =
  (pattern: RegExp): Rule =>
  (value) =>
    pattern.test(value);
const flag = one('true', 'false');
const method = one('POST', 'GET');
const events =
  (...names: string[]): Rule =>
  (value) =>
    value.split(' ').every((name) => names.includes(name));
const address: Rule = (value) =>
  /^[\x21-\x7e]+$/.test(value) &&
  !/["<>\\^`{|}]/.test(value) &&
  URL.canParse(value, 'https://here.example') &&
  /^(https?:\/\/|(?![a-z]+:))/i.test(value);
const e164 = matching(/^\+[1-9]\d{6,14}$/);

const RECORDED = { recordingStatusCallback: address, recordingStatusCallbackMethod: method };

/** The attributes that a verb may have (https://www.twilio.com/docs/voice/twiml), and what may be in them. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  Say: { voice: within(VOICES), language: within(SAY_LANGUAGES), loop: whole(0, 1_000) },
  Play: { loop: whole(0, 1_000), digits: matching(/^[\dwW#*]+$/) },
  Pause: { length: whole(1, 600) },
  Gather: {
    input: one('dtmf', 'speech', 'dtmf speech'),
    action: address,
    method,
    timeout: whole(1, 600),
    numDigits: whole(1, 1_000),
    finishOnKey: matching(/^[\d#*]?$/),
    actionOnEmptyResult: flag,
    language: within(GATHER_LANGUAGES),
    hints: (value) => value !== '' && value.split(',').length <= 500 && value.split(',').every((phrase) => phrase.length <= 100),
    speechTimeout: (value) => value === 'auto' || whole(1, 600)(value),
    bargeIn: flag,
  },
  Record: {
    action: address,
    method,
    timeout: whole(1, 600),
    maxLength: whole(1, 14_400),
    finishOnKey: matching(/^[\d#*]*$/),
    playBeep: flag,
    trim: one('trim-silence', 'do-not-trim'),
    recordingStatusCallbackEvent: events('in-progress', 'completed', 'absent'),
    ...RECORDED,
  },
  Dial: {
    action: address,
    method,
    timeout: whole(1, 600),
    timeLimit: whole(1, 14_400),
    callerId: e164,
    answerOnBridge: flag,
    hangupOnStar: flag,
  },
  Number: {},
  Redirect: { method },
  Hangup: {},
  Reject: { reason: one('rejected', 'busy') },
  break: { time: matching(/^\d+(\.\d+)?m?s$/), strength: one('none', 'x-weak', 'weak', 'medium', 'strong', 'x-strong') },
  emphasis: { level: one('strong', 'moderate', 'reduced') },
  prosody: { rate: matching(/^(x-slow|slow|medium|fast|x-fast|\d+%)$/), volume: matching(/./), pitch: matching(/./) },
  'say-as': {
    'interpret-as': one(
      'characters',
      'spell-out',
      'cardinal',
      'number',
      'ordinal',
      'digits',
      'fraction',
      'unit',
      'date',
      'time',
      'address',
      'expletive',
      'telephone',
    ),
    format: matching(/^[mdy]+$/),
  },
  p: {},
  s: {},
};
const SPEECH = ['break', 'emphasis', 'prosody', 'say-as', 'p', 's'];
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  Response: ['Say', 'Play', 'Pause', 'Gather', 'Record', 'Dial', 'Redirect', 'Hangup', 'Reject'],
  Gather: ['Say', 'Play', 'Pause'],
  Dial: ['Number'],
  ...Object.fromEntries(['Say', ...SPEECH.filter((name) => name !== 'break')].map((name) => [name, SPEECH])),
};
/** The elements in which text means something. */
const HOLDS_TEXT = new Set(['Say', 'Play', 'Dial', 'Number', 'Redirect', ...SPEECH]);
const LAST = ['Redirect', 'Hangup', 'Reject'];

/** The first thing in a TwiML document for which Twilio would end the call, or for which a verb would never be reached. */
export function wrongInVoiceTwiml(xml: string): string | undefined {
  if (Buffer.byteLength(xml) > MOST_BYTES) return 'error 11750, a document of more than 64 KB';
  const valid = XMLValidator.validate(xml);
  if (valid !== true) return `error 12100, document parse failure: ${valid.err.msg}`;
  const [root, ...others] = readTwiml(xml);
  if (root?.name !== 'Response' || others.length > 0) return 'error 12102, the root has to be one <Response>';
  return first(root.children.filter(isElement).map((verb) => wrongIn(verb, 'Response'))) ?? wrongNesting(root) ?? wrongOrder(root);
}

function wrongIn(verb: Verb, parent: string): string | undefined {
  const { name, attributes, children } = verb;
  if (!CHILDREN[parent]?.includes(name)) return `error 12200, schema validation: <${name}> is not expected in <${parent}>`;
  return (
    wrongAttributes(name, attributes) ??
    WRONG[name]?.(verb) ??
    wrongNesting(verb) ??
    first(children.filter(isElement).map((child) => wrongIn(child, name)))
  );
}

function wrongAttributes(name: string, attributes: Verb['attributes']): string | undefined {
  const rules = ATTRIBUTES[name] ?? {};
  for (const [attribute, value] of Object.entries(attributes)) {
    const rule = rules[attribute];
    if (!rule) return `error 12200, schema validation: <${name}> has no attribute ${attribute}`;
    if (!rule(value)) return `error 12200, <${name} ${attribute}="${value}"> is not allowed`;
  }
  return undefined;
}

const WRONG: Readonly<Record<string, (verb: Verb) => string | undefined>> = {
  Say: ({ text, attributes, children }) => {
    if (text.trim() === '') return 'error 13520, nothing to say';
    if (text.length > MOST_SAID) return `error 13521, ${text.length} characters to say`;
    if (children.some(isElement) && !/^(Polly|Google)\./.test(attributes.voice ?? '')) return 'SSML needs a voice of Polly or Google';
    return undefined;
  },
  Play: ({ text, attributes }) => (address(text.trim()) || attributes.digits ? undefined : `error 13420, no address to play: ${text}`),
  Redirect: ({ text }) => (address(text.trim()) ? undefined : `error 13710, no address to go to: ${text}`),
  Dial: ({ text }) => (e164(text.trim()) ? undefined : `error 13224, no number to dial: ${text}`),
};

function wrongNesting({ name, children }: Verb): string | undefined {
  if (HOLDS_TEXT.has(name)) return undefined;
  return children.some((child) => !isElement(child) && child.text.trim() !== '') ? `error 12200, text is not expected in <${name}>` : undefined;
}

/** A verb that follows a verb that never comes back is never reached; a call is rejected before anything else. */
function wrongOrder({ children }: Verb): string | undefined {
  const names = children.filter(isElement).map(({ name }) => name);
  const last = names.findIndex((name) => LAST.includes(name));
  if (last >= 0 && last < names.length - 1) return `<${names[last + 1]}> after <${names[last]}> is never reached`;
  if (names.includes('Reject') && names.length > 1) return '<Reject> after another verb: the call is answered by then';
  return undefined;
}

function isElement({ name }: Verb): boolean {
  return name !== '#text';
}

function first(found: readonly (string | undefined)[]): string | undefined {
  return found.find((wrong) => wrong !== undefined);
}
