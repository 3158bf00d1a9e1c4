import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { entryFor, type Line, linesOf, type Speech } from '../../channels/voice/speech.ts';
import type { Question, Reply } from '../../dialog/question.ts';
import { boundedMap } from '../../store/cache.ts';
import { plainText } from '../form.ts';

export interface Rendering extends Omit<Speech, 'isSlow'> {
  /** The address of the next step, which contains the step's number. */
  readonly next: string;
  /** After the words, the call is connected. */
  readonly connects?: Connection;
}

export interface Connection {
  /** E.164. */
  readonly to: string;
  /** The number that is shown to that person: the community's own. */
  readonly from: string;
  /** The address at which the call goes on afterwards. */
  readonly afterwards: string;
}

/** For how many seconds a person's phone rings. */
const RINGS = 25;
/** One step, worded. */
interface Step {
  readonly lines: readonly Line[];
  readonly asks?: ReturnType<typeof awaited>;
  readonly next: string;
  readonly connects?: Connection;
}

/** The answer to a step of a call: first the words, then the keys or the recording for which the line waits. If nothing is asked, the call ends. */
export function toTwiml(reply: Reply | undefined, { next, connects, ...speech }: Rendering): string {
  const { says = [], asks, adds = [], isSlow = false, listensFor } = reply ?? {};
  const spoken = connects ? says : [...adds, ...says, ...(asks ? [asks] : [])];
  const lines = spoken.flatMap((said) => linesOf(said, { ...speech, isSlow }));
  const step: Step = connects
    ? { lines, next, connects }
    : {
        lines,
        next,
        ...(asks && { asks: awaited(asks, listensFor && { words: listensFor.flatMap(({ words }) => words), language: speech.language }) }),
      };
  return spoken.every(({ params }) => params === undefined) ? documents.getOrMake(JSON.stringify(step), () => written(step)) : written(step);
}

/** Documents of steps without parameters, which many callers hear: to write them anew makes a call 6 % dearer. A receipt or a name is not kept here. */
const documents = boundedMap<string, string>(2_000);

function written({ lines, asks, next, connects }: Step): string {
  const response = new VoiceResponse();
  const goesOn = { action: next, method: 'POST' };
  const speaker = asks && 'input' in asks ? response.gather({ ...asks, ...goesOn, actionOnEmptyResult: true }) : response;
  for (const line of lines) speak(speaker, line);
  if (connects) {
    response.dial({ action: connects.afterwards, method: 'POST', callerId: connects.from, timeout: RINGS }).number(connects.to);
  } else if (asks) {
    if (!('input' in asks)) response.record({ ...goesOn, ...asks });
    response.redirect({ method: 'POST' }, next);
  } else response.hangup();
  return response.toString();
}

/** What is waited for, as Twilio's verbs take it. Where words may answer, too, it ends what it heard by itself. */
function awaited(asks: Question, listens: { readonly words: readonly string[]; readonly language: string } | undefined) {
  const entry = entryFor(asks);
  if ('recording' in entry) return { ...entry.recording, playBeep: true };
  if (!listens) return { input: KEYS, ...entry.keys };
  const language = listens.language.startsWith('en') ? ('en-US' as const) : ('cmn-Hans-CN' as const);
  return { input: KEYS_AND_WORDS, ...entry.keys, language, hints: hintsOf(listens.words), speechTimeout: 'auto' };
}

const KEYS: ['dtmf'] = ['dtmf'];
const KEYS_AND_WORDS: ['dtmf', 'speech'] = ['dtmf', 'speech'];

/** As Twilio takes them: 500 phrases of 100 characters at most. */
function hintsOf(words: readonly string[]): string {
  return words
    .slice(0, 500)
    .map((word) => plainText(word).replaceAll(',', ' ').slice(0, 100))
    .join(',');
}

/** An element that can say something: a document, or a `<Gather>` in it. */
export type Speaker = Pick<VoiceResponse, 'say' | 'play'>;

const CHINESE = { voice: 'Polly.Zhiyu-Neural', language: 'cmn-CN' } as const;
const ENGLISH = { voice: 'Polly.Joanna-Neural', language: 'en-US' } as const;
const SLOW = { rate: '75%' };

/** Speaks a line: from a recording if there is one, else by synthesis, which is slower for a caller who asked to hear it again. */
export function speak(speaker: Speaker, line: Line): void {
  if ('sounds' in line) {
    for (const sound of line.sounds) speaker.play(sound);
    return;
  }
  const voice = line.language.startsWith('en') ? ENGLISH : CHINESE;
  const text = plainText(line.text);
  if (line.isSlow) speaker.say(voice, '').prosody(SLOW, text);
  else speaker.say(voice, text);
}
