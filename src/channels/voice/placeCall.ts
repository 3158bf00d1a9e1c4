import type { Sent } from '../../outreach/send.ts';
import { type TwilioAccount, twilioRest } from './twilioRest.ts';

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
    const form = new URLSearchParams({
      To: to,
      From: from,
      Url: url,
      Method: 'POST',
      StatusCallback: statusCallback,
      StatusCallbackEvent: 'completed',
      StatusCallbackMethod: 'POST',
      MachineDetection: 'Enable',
      Timeout: String(RINGS),
    });
    try {
      const response = await rest('POST', '/Calls.json', { form, signal });
      return response.status === 201 ? placed(await response.json()) : refused(response.status, await codeIn(response));
    } catch (error) {
      return isUnreachable(error)
        ? { state: 'refused', reason: 'unreachable' }
        : { state: 'unknown', reason: signal.aborted ? 'timeout' : 'noAnswer' };
    }
  };
}

function placed(call: unknown): Sent {
  const sid = typeof call === 'object' && call !== null && 'sid' in call ? call.sid : undefined;
  return typeof sid === 'string' ? { state: 'sent', carrierId: sid } : { state: 'unknown', reason: 'noAnswer' };
}

/** What an error says of the call: a 429 was never processed, a 5xx may have been. */
function refused(status: number, code: number | undefined): Sent {
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  if (status === 429) return { state: 'refused', reason: 'rate' };
  if (status === 401 || status === 403) return { state: 'refused', reason: 'unauthorized' }; // our settings are wrong: it waits until they are right
  return { state: 'failed', reason: code ? `twilio.${code}` : `http.${status}` };
}

async function codeIn(response: Response): Promise<number | undefined> {
  const told: unknown = await response.json().catch(() => undefined);
  return typeof told === 'object' && told !== null && 'code' in told && typeof told.code === 'number' ? told.code : undefined;
}

/** There was no connection over which the request could have gone. */
function isUnreachable(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(String(cause.code));
}
