import { createHmac } from 'node:crypto';
import type { ParsedUrlQuery } from 'node:querystring';
import { isSame } from '../../store/vault.ts';
import { type FormHandler, hasTooMany, isPlainForm, readBody, readForm } from '../form.ts';
import type { Carrier, House, ReadyCarrier } from '../port.ts';
import { type CarrierRecordings, recordingsAt } from '../recordings.ts';
import type { Send, Sent } from '../sending.ts';
import type { TwilioSettings } from '../settings.ts';
import { call, type Placing, placeCall } from './placedCall.ts';
import { type TwilioAccount, twilioRest } from './rest.ts';
import { receiveSms, sendSms, status, twilioPictures } from './sms.ts';
import { voiceChannel } from './voiceChannel.ts';

/** Twilio: SMS and the keypad line. */
export function twilio(settings: TwilioSettings): ReadyCarrier {
  return {
    recordings: twilioRecordings(settings),
    pictures: twilioPictures(settings),
    open: (house) => {
      const { world, publicUrl } = house;
      const account = { ...settings, publicUrl };
      return twilioDoors(house, {
        authToken: settings.authToken,
        sendSms: sendSms(account),
        sendCall: call(account, world),
        placeCall: placeCall(settings),
      });
    },
  };
}

/** The ways out to Twilio's REST API, or what is played in their place. */
export interface TwilioRest {
  /** Twilio signs its requests with this token. */
  readonly authToken: string;
  readonly sendSms: Send;
  /** Sends a message as a call that speaks it. */
  readonly sendCall: Send;
  /** Does not reject. */
  readonly placeCall: (placing: Placing) => Promise<Sent>;
}

/** Twilio's doors, over these ways out. */
export function twilioDoors(house: House, { authToken, sendSms, sendCall, placeCall }: TwilioRest): Carrier {
  const { world, log, publicUrl, answer, text, recordStatus, notify, askCallBack, speech, observe } = house;
  const signed = signedForm({ authToken, publicUrl });
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
    observe: (outcome, seconds) => observe('voice', outcome, seconds),
  });
  const sms = receiveSms({ world, answer, text, observe: (outcome, seconds) => observe('sms', outcome, seconds) });
  return {
    doors: [
      { path: '/twilio/sms', handlers: [signed, sms] },
      ...Object.entries(voice.handlers).map(([path, handlers]) => ({ path, handlers: [signed, ...handlers] })),
      { path: '/twilio/status', handlers: [signed, ...voice.status, status(recordStatus, log)] },
    ],
    sms: sendSms,
    voice: { send: sendCall, placeCall: voice.placeCall },
    stop: voice.stop,
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

/** Recordings at Twilio. Their address is made of the account and the recording's id, and never taken from a request. */
export function twilioRecordings(account: TwilioAccount, slowestMs?: number): CarrierRecordings {
  const path = (carrierId: string) => `/Recordings/${encodeURIComponent(carrierId)}`;
  return recordingsAt({
    call: twilioRest(account),
    holds: (carrierId) => carrierId.startsWith('RE'),
    sound: (carrierId) => `${path(carrierId)}.mp3`,
    whole: (carrierId) => `${path(carrierId)}.json`,
    slowestMs,
  });
}
