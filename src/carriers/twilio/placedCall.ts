import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { World } from '../../store/world.ts';
import type { RecordStatus, Send, Sent } from '../sending.ts';
import { isMachine } from './callForm.ts';
import { type TwilioAccount, type TwilioAnswer, twilioResource, twilioRest, unanswered } from './rest.ts';
import { type Speaker, speak } from './voiceRender.ts';
import { answerXml, type FormHandler, queryOf } from './webhook.ts';

export interface CallAccount extends TwilioAccount {
  /** How Twilio reaches us, no slash at the end. */
  readonly publicUrl: string;
}

/** Characters that are spoken in under two minutes; Twilio takes addresses of some 4,000. */
const LONGEST = 450;

/**
 * Sends a message as a call that speaks it (`sayText`). The text goes into the call's own address, encrypted: nothing of it is kept
 * anywhere else meanwhile, and nobody but us can read it there.
 */
export function call({ publicUrl, ...account }: CallAccount, world: Pick<World, 'vault' | 'now'>): Send {
  const place = placeCall(account);
  return async ({ to, from, text, ref, signal }) => {
    if (text.length > LONGEST) return { state: 'failed', reason: 'tooLong' };
    const query = new URLSearchParams({ ref, text: encryptedText(world, ref, text) });
    const statusCallback = `${publicUrl}/twilio/status?${new URLSearchParams({ ref })}`;
    return place({ to, from, url: `${publicUrl}/twilio/voice/text?${query}`, statusCallback, signal });
  };
}

export interface Placing {
  /** E.164. */
  readonly to: string;
  /** The community's own number. */
  readonly from: string;
  /** Where the carrier asks what to do once it is answered; it says there whether a machine answered (`AnsweredBy`). */
  readonly url: string;
  readonly statusCallback: string;
  readonly signal: AbortSignal;
}

/** Seconds that it rings. */
const RINGS = 30;

/**
 * Places a call by Twilio's REST API. Never tries twice: Twilio knows no idempotency key, so whoever keeps the record decides. Does not reject.
 */
export function placeCall(account: TwilioAccount): (placing: Placing) => Promise<Sent> {
  const rest = twilioRest(account);
  return async ({ to, from, url, statusCallback, signal }) => {
    const form = {
      To: to,
      From: from,
      Url: url,
      Method: 'POST',
      StatusCallback: statusCallback,
      StatusCallbackEvent: 'completed',
      StatusCallbackMethod: 'POST',
      MachineDetection: 'Enable',
      Timeout: String(RINGS),
    };
    try {
      return classified(await rest('POST', '/Calls.json', { form, signal }));
    } catch (error) {
      return unanswered(error, signal);
    }
  };
}

/** What an answer says of the call: a 429 was never processed, a 5xx may have been. */
function classified({ status, body }: TwilioAnswer): Sent {
  const { sid, code } = twilioResource(body);
  if (status === 201) return sid === undefined ? { state: 'unknown', reason: 'noAnswer' } : { state: 'sent', carrierId: sid };
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  if (status === 429) return { state: 'refused', reason: 'rate' };
  if (status === 401 || status === 403) return { state: 'refused', reason: 'unauthorized' }; // our settings are wrong: it waits until they are right
  return { state: 'failed', reason: code ? `twilio.${code}` : `http.${status}` };
}

/**
 * `POST /twilio/voice/text`, behind `signedForm`: a call that `call` placed was answered. A person hears the text, twice; on an answering machine
 * nothing is left, and the message has not reached anybody; neither has one that is answered too late.
 */
export function sayText(world: Pick<World, 'vault' | 'now'>, record: RecordStatus): FormHandler {
  return async (request, response) => {
    const { AnsweredBy, CallSid } = response.locals.form;
    const query = queryOf(request.originalUrl);
    const [ref, encrypted] = [query.get('ref'), query.get('text')];
    if (!CallSid || !ref || !encrypted) return void response.status(400).type('text/plain').send('CallSid, ref and text are needed\n');
    const text = decryptedText(world, ref, encrypted);
    if (text === undefined) return void response.status(403).type('text/plain').send('text is not one of ours for this ref\n');
    const document = new VoiceResponse();
    if (typeof text !== 'string' || isMachine(AnsweredBy)) {
      await record({ ref, carrierId: CallSid, state: 'failed', reason: typeof text === 'string' ? 'machine' : 'tooLate' });
    } else {
      document.pause({ length: 1 });
      speakText(document, text);
      document.pause({ length: 1 });
      speakText(document, text);
    }
    document.hangup();
    answerXml(response, document.toString());
  };
}

/** Speaks words of which the language is not told: what has a Chinese character in it is Chinese. */
function speakText(document: Speaker, text: string): void {
  speak(document, { text, language: /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en', isSlow: false });
}

/** So long after it was placed, a call may still be answered. */
const LASTS_MS = 60 * 60 * 1_000;

/** A call's text as it stands in the call's own address, and until when it is spoken. `ref` names the message: it is the text of that one alone. */
function encryptedText({ vault, now }: Pick<World, 'vault' | 'now'>, ref: string, text: string): string {
  const until = now().getTime() + LASTS_MS;
  return vault.encrypt('callText', ref, JSON.stringify({ until, text })).toString('base64url');
}

/** The text again; `late` after its time, undefined where it was not encrypted here as the text of this message. */
export function decryptedText({ vault, now }: Pick<World, 'vault' | 'now'>, ref: string, encrypted: string): string | { late: true } | undefined {
  const written = opened(() => vault.decrypt('callText', ref, Buffer.from(encrypted, 'base64url')));
  if (written === undefined) return undefined;
  const { until, text }: { until: number; text: string } = JSON.parse(written);
  return now().getTime() < until ? text : { late: true };
}

/** What comes in an address may be anything. */
function opened(decrypt: () => string): string | undefined {
  try {
    return decrypt();
  } catch {
    return undefined;
  }
}
