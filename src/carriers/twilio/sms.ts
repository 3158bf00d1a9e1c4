import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import { type FormHandler, queryOf } from '../form.ts';
import { unanswered } from '../http.ts';
import { plainText } from '../plainText.ts';
import type { CarrierStatus, RecordStatus, Send } from '../sending.ts';
import { picturesIn } from './pictures.ts';
import { type TwilioAccount, twilioRest, whatCame } from './rest.ts';
import { answerXml } from './webhook.ts';

export interface SmsDeps {
  readonly world: Pick<World, 'vault' | 'now'>;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  /** The one text of a reply, as this channel words it. */
  readonly text: (said: Said) => string;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
}

/** The answer is given within 8 s, including the way back to the carrier. Milliseconds. */
const DEADLINE_MS = 7_500;
const E164 = /^\+[1-9]\d{6,14}$/;

/** `POST /twilio/sms`, behind `signedForm`: one message in, one TwiML answer out with at most one message. */
export function receiveSms({ world, answer, text, observe }: SmsDeps): FormHandler {
  return async (_, response) => {
    const { MessageSid, From, To, Body, NumMedia } = response.locals.form;
    const pictures = picturesIn(response.locals.form);
    if (!MessageSid || !From || !To || Body === undefined)
      return void response.status(400).type('text/plain').send('MessageSid, From, To and Body are needed\n');
    if (!E164.test(From)) return void answerXml(response, twiml()); // a short code or a name: a machine would get the answer
    const started = performance.now();
    const at = world.now();
    const said = await answer({
      channel: 'sms',
      address: From,
      to: To,
      key: world.vault.hmac('delivery', 'sms', MessageSid),
      at,
      deadline: at.getTime() + DEADLINE_MS,
      input: { text: Body, hasMediaOnly: Body.trim() === '' && Number(NumMedia) > 0, ...(pictures.length > 0 && { pictures }) },
    });
    answerXml(response, twiml(said.reply && text(said)));
    observe(said.outcome, (performance.now() - started) / 1000);
  };
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

/** What Twilio's `MessageStatus` means for the outbox. A word that is not listed here changes nothing. */
const STATES: Readonly<Record<string, CarrierStatus['state']>> = {
  accepted: 'sent',
  scheduled: 'sent',
  queued: 'sent',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};
const OPTED_OUT_STATUS = '21610';

/** `POST /twilio/status`, behind `signedForm`: 204; 400 if the form names no message; 503 if the database is away. */
export function status(record: RecordStatus, log: Pick<Log, 'error'>): FormHandler {
  return async (request, response) => {
    const { MessageSid, MessageStatus, ErrorCode } = response.locals.form;
    if (!MessageSid || !MessageStatus) return void response.status(400).type('text/plain').send('MessageSid and MessageStatus are missing\n');
    const state = Object.hasOwn(STATES, MessageStatus) ? STATES[MessageStatus] : undefined;
    const ref = queryOf(request.originalUrl).get('ref') ?? undefined;
    try {
      if (state === 'failed') await record({ ref, carrierId: MessageSid, ...failure(MessageStatus, ErrorCode) });
      else if (state) await record({ ref, carrierId: MessageSid, state });
      response.status(204).end();
    } catch (error) {
      log.error({ error, channel: 'sms', code: 'status-not-recorded' }, 'A status callback could not be recorded');
      response.status(503).type('text/plain').send('not recorded\n');
    }
  };
}

function failure(word: string, code: string | undefined): Pick<CarrierStatus, 'state' | 'reason'> {
  if (code === OPTED_OUT_STATUS) return { state: 'stopped' };
  return { state: 'failed', reason: code ? `twilio.${code}` : word };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };

/** The answer to an inbound SMS in TwiML (https://www.twilio.com/docs/messaging/twiml): one message, or silence. */
export function twiml(text?: string): string {
  const message = text && `<Message>${plainText(text).replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '')}</Message>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${message ?? ''}</Response>`;
}
