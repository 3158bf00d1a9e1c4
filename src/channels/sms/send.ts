import type Twilio from 'twilio';
import type { Send, Sent } from '../../outreach/send.ts';

export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** How Twilio reaches us; status callbacks go to `/twilio/status` there. */
  readonly publicUrl: string;
  /** Another address of the REST API. */
  readonly apiUrl?: string;
}

const TIMEOUT_MS = 10_000;

/**
 * Sends one SMS through Twilio's REST API, which is loaded with the first one: it weighs 20 MB. Never tries twice: Twilio knows no
 * idempotency key, so the outbox decides.
 */
export function sendSms(account: TwilioAccount): Send {
  let loading: Promise<{ twilio: typeof Twilio; client: Twilio.Twilio }> | undefined;
  return async ({ to, from, text, ref, signal }) => {
    loading ??= connected(account);
    const { twilio, client } = await loading;
    const statusCallback = `${account.publicUrl.replace(/\/+$/, '')}/twilio/status?ref=${encodeURIComponent(ref)}`;
    const created = client.messages.create({ to, from, body: text, statusCallback }).then<Sent, Sent>(
      ({ sid }) => (typeof sid === 'string' && sid !== '' ? { state: 'sent', carrierId: sid } : { state: 'unknown', reason: 'nonsense' }),
      (error: unknown) => classified(twilio, error),
    );
    return Promise.race([created, timedOut(signal)]);
  };
}

async function connected({ accountSid, authToken, apiUrl }: TwilioAccount) {
  const { default: twilio } = await import('twilio');
  const client = twilio(accountSid, authToken, { timeout: TIMEOUT_MS, autoRetry: false, logLevel: 'none' });
  if (apiUrl) client.api.baseUrl = apiUrl.replace(/\/+$/, '');
  return { twilio, client };
}

function timedOut(signal: AbortSignal): Promise<Sent> {
  return new Promise((resolve) => {
    const end = () => resolve({ state: 'unknown', reason: 'timeout' });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Codes of https://www.twilio.com/docs/api/errors that say more than their HTTP status. */
const OPTED_OUT = 21610;
const QUEUE_FULL = 21611;

/** What an error says of the message: a 429 was never processed, a 5xx or a lost answer may have been. */
function classified(twilio: typeof Twilio, error: unknown): Sent {
  if (!(error instanceof twilio.RestException))
    return isUnreachable(error) ? { state: 'refused', reason: 'unreachable' } : { state: 'unknown', reason: 'noAnswer' };
  const { status, code } = error;
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  if (code === OPTED_OUT) return { state: 'stopped' };
  if (status === 429 || code === QUEUE_FULL) return { state: 'refused', reason: 'rate' };
  if (status === 401 || status === 403) return { state: 'refused', reason: 'unauthorized' }; // our settings are wrong: the message waits until they are right
  return { state: 'failed', reason: code ? `twilio.${code}` : `http.${status}` };
}

/** There was no connection over which the message could have gone. */
function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(String(error.code));
}
