import type { Send, Sent } from '../../outreach/send.ts';
import { type TwilioAccount, type TwilioAnswer, twilioRest } from '../twilioRest.ts';
import { twilioTold } from '../twilioTold.ts';
import { unanswered } from '../unanswered.ts';

export interface SmsAccount extends TwilioAccount {
  /** How Twilio reaches us; status callbacks go to `/twilio/status` there. */
  readonly publicUrl: string;
}

/** Sends one SMS by Twilio's REST API. Never tries twice: Twilio knows no idempotency key, so the outbox decides. */
export function sendSms({ publicUrl, ...account }: SmsAccount): Send {
  const rest = twilioRest(account);
  const callback = `${publicUrl.replace(/\/+$/, '')}/twilio/status?ref=`;
  return async ({ to, from, text, ref, signal }) => {
    const form = { To: to, From: from, Body: text, StatusCallback: callback + encodeURIComponent(ref) };
    try {
      return classified(await rest('POST', '/Messages.json', { form, signal }));
    } catch (error) {
      return unanswered(error, signal);
    }
  };
}

/** Codes of https://www.twilio.com/docs/api/errors that say more than their HTTP status. */
const OPTED_OUT = 21610;
const QUEUE_FULL = 21611;

/** What an answer says of the message: a 429 was never processed, a 5xx may have been. */
function classified({ status, body }: TwilioAnswer): Sent {
  const { sid, code } = twilioTold(body);
  if (status >= 200 && status < 300) return sid === undefined ? { state: 'unknown', reason: 'nonsense' } : { state: 'sent', carrierId: sid };
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  if (code === OPTED_OUT) return { state: 'stopped' };
  if (status === 429 || code === QUEUE_FULL) return { state: 'refused', reason: 'rate' };
  if (status === 401 || status === 403) return { state: 'refused', reason: 'unauthorized' }; // our settings are wrong: the message waits until they are right
  return { state: 'failed', reason: code ? `twilio.${code}` : `http.${status}` };
}
