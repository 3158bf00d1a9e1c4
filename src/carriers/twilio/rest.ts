import { type CarrierAnswer, carrierHttp, jsonIn } from '../http.ts';

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
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
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
