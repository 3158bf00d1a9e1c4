/** What Twilio's REST API is called with. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** Another address of the REST API, no slash at the end. */
  readonly apiUrl?: string;
}

const TWILIO = 'https://api.twilio.com';
const TIMEOUT_MS = 10_000;

/** Calls one resource of the account, such as `/Calls.json`. The credentials go to the API's host alone: a redirect is answered, not followed. Rejects where there is no answer. */
export function twilioRest({ accountSid, authToken, apiUrl = TWILIO }: TwilioAccount) {
  const base = `${apiUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${accountSid}`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return (method: 'GET' | 'POST' | 'DELETE', path: string, { form, signal }: { form?: URLSearchParams; signal?: AbortSignal } = {}) =>
    fetch(base + path, {
      method,
      headers: { authorization },
      redirect: 'manual',
      signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
      ...(form && { body: form }),
    });
}
