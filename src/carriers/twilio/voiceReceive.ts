import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Alternative } from '../../channels/voice/callState.ts';
import type { Speech } from '../../channels/voice/speech.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import { type CommunityRecord, communityByNumber } from '../../fund/communities/index.ts';
import { within } from '../../store/collection.ts';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import { LEAST_MS, STEP_MS, takeCallStep } from '../callStep.ts';
import { answerXml, type FormHandler, queryOf } from '../form.ts';
import { recordingName } from './rest.ts';
import { type Connection, toTwiml } from './voiceRender.ts';

export interface VoiceDeps {
  readonly world: World;
  /** The address at which carriers reach the service; no slash at the end. */
  readonly publicUrl: string;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly speech: (said: Said, ms: number) => Promise<Omit<Speech, 'isSlow'>>;
  /** Takes the end of a call. */
  readonly takeEnd: (form: Readonly<Record<string, string>>, turn: number) => Promise<Said>;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
  /** Whether Twilio is to recognise speech on a call. */
  readonly hears: (form: Readonly<Record<string, string>>) => boolean;
}

const PATH = '/twilio/voice';

/** `POST /twilio/voice`, behind `signedForm`: one step of a call in, one TwiML document out. */
export function receiveVoice(deps: VoiceDeps): FormHandler {
  const { world, publicUrl, speech, takeEnd, observe } = deps;
  const take = takeStep(deps);
  return async (request, response) => {
    const { form } = response.locals;
    const turn = turnIn(request.originalUrl);
    if (!form.CallSid || !form.From || !form.To || turn === undefined)
      return void response.status(400).type('text/plain').send('CallSid, From, To and a turn that is a number are needed\n');
    const started = performance.now();
    const at = response.locals.at ?? world.now();
    const said = await (hasEnded(form) ? takeEnd(form, turn) : take(form, turn, at));
    const left = at.getTime() + STEP_MS - world.now().getTime();
    const next = `${publicUrl}${PATH}?turn=${turn + 1}`;
    const connects = said.community && connection(said, said.community, publicUrl);
    answerXml(response, toTwiml(said.reply, { ...(await speech(said, Math.max(LEAST_MS, left))), next, ...(connects && { connects }) }));
    observe(said.outcome, (performance.now() - started) / 1000);
  };
}

/** Takes a step of a call, or its end, to the dialog. */
export function takeStep({
  world,
  answer,
  hears,
}: Pick<VoiceDeps, 'world' | 'answer' | 'hears'>): (form: Readonly<Record<string, string>>, turn: number, at?: Date) => Promise<Said> {
  const take = takeCallStep({ world, answer });
  return async (form, turn, at) => {
    const { address, to, isPlaced } = endsOf(form);
    const isHeard = hears(form);
    if (!hasNumber(address)) return { reply: { says: [{ key: 'voice.noNumber' }] }, language: 'zh-CN', outcome: 'elsewhere' };
    return take({ id: form.CallSid ?? '', address, to, isPlaced, turn, hears: isHeard, isOver: hasEnded(form), ...entered(form, isHeard) }, at);
  };
}

/** The keys of a `<Gather>`, else what it heard; or the recording of a `<Record>` and the key that ended it. */
function entered(form: Readonly<Record<string, string>>, hears: boolean) {
  const { Digits = '', FinishedOnKey, RecordingSid, SpeechResult = '' } = form;
  if (hears && SpeechResult.trim() !== '' && Digits === '') return { keys: '', isHashed: false, heard: [spokenIn(SpeechResult, form.Confidence)] };
  if (RecordingSid !== undefined) {
    if (Digits === '*' || Digits === '0') return { keys: Digits, isHashed: false };
    const recording = recordingIn(form);
    return recording ? { keys: '', isHashed: false, recording } : { keys: '', isHashed: Digits === '#' };
  }
  if (FinishedOnKey === '#') return { keys: Digits, isHashed: true };
  return Digits.length > 1 && Digits.endsWith('#') ? { keys: Digits.slice(0, -1), isHashed: true } : { keys: Digits, isHashed: false };
}

/** More than anybody says in one breath, in characters. */
const MOST_SAID = 200;

function spokenIn(text: string, confidence: string | undefined): Alternative {
  const sure = Number(confidence);
  return { text: text.slice(0, MOST_SAID), ...(confidence && sure >= 0 && sure <= 1 && { confidence: sure }) };
}

/** A caller who asked for a person is connected to the community's. */
function connection({ reply, language }: Said, { person, phone }: CommunityRecord, publicUrl: string): Connection | undefined {
  if (reply?.outcome !== 'askPerson') return undefined;
  return { to: person.phone, from: phone, afterwards: `${publicUrl}${PATH}/person?${new URLSearchParams({ language })}` };
}

function turnIn(target: string): number | undefined {
  const turn = queryOf(target).get('turn') ?? '0';
  return /^\d{1,4}$/.test(turn) ? Number(turn) : undefined;
}

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * What Twilio gives as the number of a caller whose number is withheld: a word, spelt on the keys of a phone (Twilio's help, "Why am I getting calls
 * from these strange numbers?"). All hidden callers share these numbers, so they cannot be told apart by them.
 */
const WITHHELD: ReadonlySet<string> = new Set([
  '+266696687', // ANONYMOUS
  '+7378742833', // RESTRICTED
  '+2562533', // BLOCKED
  '+8656696', // UNKNOWN
  '+86282452253', // UNAVAILABLE
]);

/** Whether the other end of a call has a number by which it can be known. */
export function hasNumber(address: string): boolean {
  return E164.test(address) && !WITHHELD.has(address);
}

/** Whether the carrier says that a call which was answered is over. A call that was never answered had no steps. */
export function hasEnded({ CallStatus }: Readonly<Record<string, string>>): boolean {
  return CallStatus === 'completed';
}

/** Whether the carrier's machine detection (`AnsweredBy`) heard a machine. If it is not sure, it counts as a person. */
export function isMachine(answeredBy: string | undefined): boolean {
  return answeredBy !== undefined && /^(machine|fax)/.test(answeredBy);
}

const SECONDS_LEAST = 1;

/**
 * The name of a recording made by `<Record>`; undefined if nothing was recorded. The recording's address in the form is not read: we know where the carrier
 * keeps it.
 */
export function recordingIn({ AccountSid = '', RecordingSid, RecordingDuration }: Readonly<Record<string, string>>): string | undefined {
  if (!RecordingSid || !/^RE[0-9A-Za-z]{1,64}$/.test(RecordingSid)) return undefined;
  return Number(RecordingDuration) >= SECONDS_LEAST ? recordingName(AccountSid, RecordingSid) : undefined;
}

/** The phone at the other end of a call, our number in it, and whether we placed the call; a number is empty if the form does not name it. */
export function endsOf({ From = '', To = '', Direction = '' }: Readonly<Record<string, string>>): { address: string; to: string; isPlaced: boolean } {
  const isPlaced = Direction.startsWith('outbound');
  return isPlaced ? { address: To, to: From, isPlaced } : { address: From, to: To, isPlaced };
}

/** Notes that somebody wants to be called back. The same call counts once. */
export type AskCallBack = (call: { id: string; address: string; community: CommunityRecord }) => Promise<unknown>;

/** After this time the dialog says at once what is true. Milliseconds. */
const DEADLINE_MS = 3_600;

/**
 * `POST /twilio/voice`, before the dialog: a call to a community's `callback` number is rejected, which costs the caller nothing, and the caller is
 * called back. If a machine answers the call that we placed, it ends. Any other call goes on to the next handler.
 */
export function callBack(world: World, ask: AskCallBack, log: Pick<Log, 'error'>): FormHandler {
  const communityOf = communityByNumber(world);
  return async (_, response, next) => {
    const { CallSid, From, To, Direction = '', AnsweredBy } = response.locals.form;
    const at = world.now();
    response.locals.at = at;
    const inTime = <Value>(work: Promise<Value>) => within(at.getTime() + DEADLINE_MS - world.now().getTime(), work, deadlinePassed);
    if (isMachine(AnsweredBy)) return void answerXml(response, hangUp());
    if (!CallSid || !From || !To || Direction.startsWith('outbound') || !hasNumber(From)) return next();
    const community = await inTime(communityOf(To)).catch(() => null); // the database is away: the dialog says so
    if (community?.callback !== To) return next();
    await inTime(ask({ id: CallSid, address: From, community })).catch((error: unknown) =>
      log.error({ error, channel: 'voice', code: 'call-back-not-recorded' }, 'Somebody who wants to be called back could not be noted'),
    );
    answerXml(response, reject());
  };
}

function hangUp(): string {
  const answer = new VoiceResponse();
  answer.hangup();
  return answer.toString();
}

function reject(): string {
  const answer = new VoiceResponse();
  answer.reject({ reason: 'busy' });
  return answer.toString();
}
