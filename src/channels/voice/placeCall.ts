import type { Sent } from '../../outreach/send.ts';
import { type TwilioAccount, type TwilioAnswer, twilioRest } from '../twilioRest.ts';
import { twilioTold } from '../twilioTold.ts';
import { unanswered } from '../unanswered.ts';

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
  const { sid, code } = twilioTold(body);
  if (status === 201) return sid === undefined ? { state: 'unknown', reason: 'noAnswer' } : { state: 'sent', carrierId: sid };
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  if (status === 429) return { state: 'refused', reason: 'rate' };
  if (status === 401 || status === 403) return { state: 'refused', reason: 'unauthorized' }; // our settings are wrong: it waits until they are right
  return { state: 'failed', reason: code ? `twilio.${code}` : `http.${status}` };
}
