import type { PictureSource } from '../../fund/works/index.ts';
import { basic, type CarrierAnswer, carrierHttp, jsonIn, unanswered } from '../http.ts';
import { type CarrierRecordings, recordingsAt } from '../recordings.ts';
import type { Send, Sent } from '../sending.ts';

/** The settings for calls to Twilio's REST API. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** Another address of the REST API; no slash at the end. */
  readonly apiUrl?: string;
}

export type TwilioAnswer = CarrierAnswer;

export interface TwilioRequest {
  readonly form?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The limit for an answer, in bytes; 64 KiB if absent. */
  readonly most?: number;
}

const TWILIO = 'https://api.twilio.com';

/** Calls one resource of the account, such as `/Calls.json`, once. Rejects if there is no answer. */
export function twilioRest({ accountSid, authToken, apiUrl = TWILIO }: TwilioAccount) {
  const call = carrierHttp(`${apiUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${accountSid}`);
  const authorization = basic(accountSid, authToken);
  return (method: 'GET' | 'POST' | 'DELETE', path: string, { form, signal, most }: TwilioRequest = {}): Promise<TwilioAnswer> =>
    call(method, path, {
      headers: { authorization, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(form && { body: new URLSearchParams(form).toString() }),
      signal,
      most,
    });
}

/** What Twilio's answer names: the resource that it made, or the reason why there is none. */
export interface TwilioResource {
  readonly sid?: string;
  /** A code of https://www.twilio.com/docs/api/errors. */
  readonly code?: number;
}

/** Reads the body of an answer; a body that is not JSON names nothing. */
export function twilioResource(body: Buffer | undefined): TwilioResource {
  const told = jsonIn(body);
  if (typeof told !== 'object' || told === null) return {};
  return {
    ...('sid' in told && typeof told.sid === 'string' && told.sid !== '' && { sid: told.sid }),
    ...('code' in told && typeof told.code === 'number' && { code: told.code }),
  };
}

/** Codes of https://www.twilio.com/docs/api/errors that say more than their HTTP status. */
const OPTED_OUT = 21610;
const QUEUE_FULL = 21611;
const DAY_LIMIT = 63038;
/** No text, or one that is too long. */
const ABOUT_TEXT = [21602, 21617, 21619, 21658];

/** What an answer says about a message or call: a request with a 429 was never processed, one with a 5xx may have been. */
export function whatCame({ status, body }: TwilioAnswer): Sent {
  const { sid, code } = twilioResource(body);
  if (status >= 200 && status < 300) return sid === undefined ? { state: 'unknown', reason: 'nonsense' } : { state: 'sent', carrierId: sid };
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  if (code === OPTED_OUT) return { state: 'stopped' };
  if (code === DAY_LIMIT) return { state: 'refused', reason: 'dayLimit', parks: true };
  if (status === 429 || code === QUEUE_FULL) return { state: 'refused', reason: 'rate' };
  if (status === 401 || (status === 403 && !isOfRequest(code))) return { state: 'refused', reason: 'unauthorized', parks: true };
  return { state: 'failed', reason: code ? `twilio.${code}` : `http.${status}`, ...(ABOUT_TEXT.includes(code ?? 0) && { wrong: 'text' as const }) };
}

/** Codes 21000 to 21999 are of this one message or call: its numbers, its text. Others are of the account: suspended, or not allowed to. */
function isOfRequest(code: number | undefined): boolean {
  return code !== undefined && code >= 21_000 && code < 22_000;
}

export interface SmsAccount extends TwilioAccount {
  /** The address at which Twilio reaches us; status callbacks go to `/twilio/status` there. */
  readonly publicUrl: string;
}

/** Sends one SMS by Twilio's REST API. Never tries twice: Twilio has no idempotency key, so the outbox decides. */
export function sendSms({ publicUrl, ...account }: SmsAccount): Send {
  const rest = twilioRest(account);
  const callback = `${publicUrl.replace(/\/+$/, '')}/twilio/status?ref=`;
  return async ({ to, from, text, ref, signal }) => {
    const form = { To: to, From: from, Body: text, StatusCallback: callback + encodeURIComponent(ref) };
    try {
      return whatCame(await rest('POST', '/Messages.json', { form, signal }));
    } catch (error) {
      return unanswered(error, signal);
    }
  };
}

/** The name of a recording that an account has under its id: the account alone knows it. */
export function recordingName(account: string, sid: string): string {
  return `${account}/${sid}`;
}

/** Recordings at Twilio. Their address is made of the account and the recording's id, and never taken from a request. */
export function twilioRecordings(account: TwilioAccount, slowestMs?: number): CarrierRecordings {
  const prefix = recordingName(account.accountSid, '');
  const path = (carrierId: string) => `/Recordings/${encodeURIComponent(carrierId.slice(prefix.length))}`;
  return recordingsAt({
    call: twilioRest(account),
    holds: (carrierId) => carrierId.startsWith(prefix),
    sound: (carrierId) => `${path(carrierId)}.mp3`,
    whole: (carrierId) => `${path(carrierId)}.json`,
    slowestMs,
  });
}

/** Where Twilio itself keeps what its API leads to (https://www.twilio.com/docs/messaging/api/media-resource). */
const TWILIO_HOSTS = ['https://mms.twiliocdn.com', 'https://media.twiliocdn.com'];
/** Larger than any picture that is taken (`LARGEST_PICTURE`). */
const MOST_BYTES = 20_000_000;
const SLOWEST_MS = 20_000;

/** The name of a picture that an account has under these ids. */
export function pictureName({ account, message, media }: { readonly account: string; readonly message: string; readonly media: string }): string {
  return `twilio|${account}|${message}|${media}`;
}

/**
 * Pictures of MMS at an account of Twilio, whose API leads on to its own hosts for media: to these alone, over https, and without our credentials; a redirect to anywhere
 * else is not followed. `hosts` and `slowestMs` are others in tests.
 */
export function twilioPictures(
  account: TwilioAccount,
  { hosts = TWILIO_HOSTS, slowestMs = SLOWEST_MS } = {},
): { readonly fetch: PictureSource; readonly holds: (name: string) => boolean } {
  const prefix = pictureName({ account: account.accountSid, message: '', media: '' }).slice(0, -1);
  const rest = twilioRest(account);
  const kept = new Map(hosts.map((host) => [host, carrierHttp(host)]));
  const holds = (name: string) => name.startsWith(prefix);
  return { holds, fetch };

  async function fetch(name: string): ReturnType<PictureSource> {
    const [message, media] = holds(name) ? name.slice(prefix.length).split('|') : [];
    if (!message || !media) return { wrong: 'missing' };
    const signal = AbortSignal.timeout(slowestMs);
    try {
      const first = await rest('GET', `/Messages/${message}/Media/${media}`, { signal, most: MOST_BYTES });
      const to = isRedirect(first.status) ? addressIn(first.location) : undefined;
      const host = to && kept.get(to.origin);
      if (isRedirect(first.status) && !host) return { wrong: 'missing' };
      const { status, body } = to && host ? await host('GET', to.pathname + to.search, { signal, most: MOST_BYTES }) : first;
      if (status === 200) return body ? { bytes: body } : { wrong: 'tooLarge' };
      return { failed: `http.${status}` };
    } catch {
      return { failed: signal.aborted ? 'slow' : 'unreachable' };
    }
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function addressIn(location: string | undefined): URL | undefined {
  return location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
}
