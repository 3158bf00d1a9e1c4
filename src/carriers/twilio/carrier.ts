import { createHmac } from 'node:crypto';
import type { ParsedUrlQuery } from 'node:querystring';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import type { Log } from '../../store/log.ts';
import { isSame } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { answerXml, type FormHandler, hasTooMany, isPlainForm, plainText, queryOf, readBody, readForm } from '../form.ts';
import type { Carrier, CarrierContext, ReadyCarrier } from '../port.ts';
import type { CarrierStatus, RecordStatus, Send, Sent } from '../sending.ts';
import type { TwilioSettings } from '../settings.ts';
import { call, type Placing, placeCall } from './placedCall.ts';
import { pictureName, sendSms, twilioPictures, twilioRecordings } from './rest.ts';
import { voiceChannel } from './voiceChannel.ts';

/** Twilio: SMS and the keypad line, which hears words if the settings say so. */
export function twilio(settings: TwilioSettings): ReadyCarrier {
  return {
    recordings: twilioRecordings(settings),
    pictures: twilioPictures(settings),
    open: (context) => {
      const { world, publicUrl } = context;
      const account = { ...settings, publicUrl };
      return twilioDoors(context, {
        accountSid: settings.accountSid,
        authToken: settings.authToken,
        sendSms: sendSms(account),
        sendCall: call(account, world),
        placeCall: placeCall(settings),
        hears: () => settings.hears === true,
      });
    },
  };
}

/** The ways out to Twilio's REST API, or what is played in their place. */
export interface TwilioRest {
  readonly accountSid: string;
  /** Twilio signs its requests with this token. */
  readonly authToken: string;
  readonly sendSms: Send;
  /** Sends a message as a call that speaks it. */
  readonly sendCall: Send;
  /** Does not reject. */
  readonly placeCall: (placing: Placing) => Promise<Sent>;
  /** Whether it recognises speech, too, on a call with these fields. */
  readonly hears: (form: Readonly<Record<string, string>>) => boolean;
}

/** Twilio's doors, over these ways out. */
export function twilioDoors(context: CarrierContext, { accountSid, authToken, sendSms, sendCall, placeCall, hears }: TwilioRest): Carrier {
  const { world, log, publicUrl, mount, answer, text, recordStatus, notify, askCallBack, speech, observe } = context;
  const signed = [signedForm({ authToken, publicUrl: publicUrl.slice(0, publicUrl.length - mount.length) }), ofAccount(accountSid)];
  const voice = voiceChannel({
    ...speech,
    world,
    log,
    publicUrl,
    placeCall,
    answer,
    notify,
    askCallBack,
    recordStatus,
    hears,
    observe: (outcome, seconds) => observe('voice', outcome, seconds),
  });
  const sms = receiveSms({ world, answer, text, observe: (outcome, seconds) => observe('sms', outcome, seconds) });
  return {
    doors: [
      { path: '/twilio/sms', handlers: [...signed, sms] },
      ...Object.entries(voice.handlers).map(([path, handlers]) => ({ path, handlers: [...signed, ...handlers] })),
      { path: '/twilio/status', handlers: [...signed, ...voice.status, status(recordStatus, log)] },
    ],
    sms: sendSms,
    voice: { send: sendCall, placeCall: voice.placeCall },
    stop: voice.stop,
  };
}

/** What the form names is this account's, whatever account it says: whoever has a token may write any. */
function ofAccount(accountSid: string): FormHandler {
  return (_, response, next) => {
    response.locals.form = { ...response.locals.form, AccountSid: accountSid };
    next();
  };
}

/**
 * Lets only Twilio's own well-formed requests through, in the contract's order (docs/contract.md: Addresses): a body over 64 KiB gives 413; an
 * unsigned or wrongly signed one gives 403 and an empty body; a malformed one gives 400 and one line. A form with far more fields than any carrier
 * sends is refused unread, because anybody without the token could make us sort and sign them. No other body parser may run before it.
 */
export function signedForm({ authToken, publicUrl }: { authToken: string; publicUrl: string }): FormHandler {
  const isTwilios = isSigned(authToken, publicUrl.replace(/\/+$/, ''));
  return (request, response, next) => {
    readBody(request, (body) => {
      try {
        if (body === 'too large') return void response.status(413).type('text/plain').send('too large\n');
        const form = hasTooMany(body) ? undefined : readForm(body);
        const signature = request.get('x-twilio-signature');
        if (!form || !isTwilios({ signature, target: request.originalUrl, sent: form.sent })) return void response.status(403).end();
        if (!form.fields || !isPlainForm(request)) return void response.status(400).type('text/plain').send('malformed form\n');
        response.locals.form = form.fields;
      } catch (error) {
        return next(error);
      }
      next();
    });
  };
}

interface SignedRequest {
  /** The header `X-Twilio-Signature`. */
  readonly signature: string | undefined;
  /** The path and query as they were requested. */
  readonly target: string;
  /** Every field of the body, a repeated one as an array. */
  readonly sent: ParsedUrlQuery;
}

/**
 * Whether Twilio signed a request: HMAC-SHA1 under the auth token over the address and the sorted fields
 * (https://www.twilio.com/docs/usage/security#validating-requests). Twilio signs the address as it was given, or with the standard port if the
 * address has none, or without the port if it has one. Compared in constant time.
 */
function isSigned(authToken: string, publicUrl: string): (request: SignedRequest) => boolean {
  const bases = [publicUrl, withOtherPort(publicUrl)];
  return ({ signature, target, sent }) => {
    if (!signature) return false;
    const signed = target + inOrder(sent);
    return bases.some((base) => isSame(signature, createHmac('sha1', authToken).update(base).update(signed).digest('base64')));
  };
}

/** Adds the standard port if there is none; removes the port if there is one. */
function withOtherPort(publicUrl: string): string {
  const [, host = '', port, path = ''] = /^(https?:\/\/(?:\[[^\]]*\]|[^/:]*))(:\d+)?(.*)$/i.exec(publicUrl) ?? [];
  return port ? host + path : `${host}:${/^https/i.test(host) ? 443 : 80}${path}`;
}

function inOrder(sent: ParsedUrlQuery): string {
  let fields = '';
  for (const name of Object.keys(sent).sort()) {
    const value = sent[name];
    if (Array.isArray(value)) for (const one of [...new Set(value)].sort()) fields += name + one;
    else fields += name + value;
  }
  return fields;
}

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

const NAMED = /\/Messages\/([MS]M[0-9a-f]{32})\/Media\/(ME[0-9a-f]{32})$/i;
const MAX_MEDIA = 10;

/** The names of the pictures of an MMS, out of the fields of its form: of its addresses only the ids are taken, which its account alone knows. */
export function picturesIn(form: Readonly<Record<string, string | undefined>>): string[] {
  const count = Math.min(Number(form.NumMedia) || 0, MAX_MEDIA);
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const [, message, media] = NAMED.exec(form[`MediaUrl${index}`] ?? '') ?? [];
    const isPicture = (form[`MediaContentType${index}`] ?? '').startsWith('image/');
    return isPicture && message && media ? [pictureName({ account: form.AccountSid ?? '', message, media })] : [];
  });
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };

/** The answer to an inbound SMS in TwiML (https://www.twilio.com/docs/messaging/twiml): one message, or silence. */
export function twiml(text?: string): string {
  const message = text && `<Message>${plainText(text).replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '')}</Message>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${message ?? ''}</Response>`;
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
