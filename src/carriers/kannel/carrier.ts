import { type FormHandler, plainText } from '../form.ts';
import { type CarrierAnswer, carrierHttp, unanswered } from '../http.ts';
import type { Carrier, CarrierContext, ReadyCarrier } from '../port.ts';
import { secretDoor } from '../secretDoor.ts';
import type { CarrierStatus, Send, Sent } from '../sending.ts';
import type { KannelSettings } from '../settings.ts';
import { takeText } from '../takeText.ts';

/** Kannel, or a bridge with its HTTP form (https://www.kannel.org/userguide.shtml): SMS over SMPP, CIMD, UCP, a modem. */
export function kannel(settings: KannelSettings): ReadyCarrier {
  return {
    open: (context): Carrier => {
      const send = sendSms(settings, context.publicUrl);
      const door = secretDoor({ secret: settings.secret, networks: context.networks.kannel }, 'form');
      return {
        doors: [
          { path: '/kannel/:secret/sms', isAlsoGet: true, handlers: [door, receive(context, takeText(context, 'kannel', send))] },
          { path: '/kannel/:secret/status', isAlsoGet: true, handlers: [door, status(context)] },
        ],
        sms: send,
        handsOver: true,
      };
    },
  };
}

/** A text that came in: 200 and an empty body, which `max-messages = 0` does not send on; 503 if Kannel has to deliver it again. */
function receive({ log }: CarrierContext, take: ReturnType<typeof takeText>): FormHandler {
  return async (_, response) => {
    const { id, from, to, text } = response.locals.form;
    if (!id || !from || !to || text === undefined) return void response.status(400).type('text/plain').send('id, from, to and text are needed\n');
    if (await take({ id, from, to, text })) return void response.type('text/plain').send('');
    log.warn({ channel: 'sms', code: 'deliver-again' }, 'A reply could not be handed over: Kannel has to deliver the text again');
    response.status(503).type('text/plain').send('deliver again\n');
  };
}

/** What the `type` of a delivery report means (`%d`). Buffered by the phone's network (4) and accepted by it (8) are on the way. */
const STATES: Readonly<Record<string, Pick<CarrierStatus, 'state' | 'reason'>>> = {
  '1': { state: 'delivered' },
  '2': { state: 'failed', reason: 'kannel.failed' },
  '4': { state: 'sent' },
  '8': { state: 'sent' },
  '16': { state: 'failed', reason: 'kannel.refused' },
};

function status({ recordStatus, log }: CarrierContext): FormHandler {
  return async (_, response) => {
    const { ref, type } = response.locals.form;
    if (!ref || !type) return void response.status(400).type('text/plain').send('ref and type are needed\n');
    const state = Object.hasOwn(STATES, type) ? STATES[type] : undefined;
    try {
      if (state) await recordStatus({ ref, carrierId: carrierId(ref), ...state });
      response.type('text/plain').send('');
    } catch (error) {
      log.error({ error, channel: 'sms', code: 'status-not-recorded' }, 'A delivery report could not be recorded');
      response.status(503).type('text/plain').send('not recorded\n');
    }
  };
}

/** All reports: delivered, failed, buffered, accepted, refused. */
const REPORTS = '31';

/**
 * Sends one SMS by Kannel's HTTP form `sendsms`, which cuts a long one up by itself. Never tries twice. The reports come to `…/status`, by the name
 * that we gave the message.
 */
export function sendSms({ url, user, password, secret }: KannelSettings, publicUrl: string): Send {
  const { origin, pathname } = new URL(url);
  const call = carrierHttp(origin);
  const path = pathname === '/' ? '/cgi-bin/sendsms' : pathname;
  return async ({ to, from, text: said, ref, signal }) => {
    const text = plainText(said);
    const query = new URLSearchParams({
      username: user,
      password,
      from: from.replace(/^\+/, ''),
      to,
      text,
      charset: 'UTF-8',
      coding: isPlain(text) ? '0' : '2',
      'dlr-mask': REPORTS,
      'dlr-url': `${publicUrl}/kannel/${secret}/status?ref=${encodeURIComponent(ref)}&type=%d`,
    });
    try {
      return classified(await call('GET', `${path}?${query}`, { signal }), ref);
    } catch (error) {
      return unanswered(error, signal);
    }
  };
}

/** Whether every phone has these characters in its old alphabet, in which a text may be twice as long. */
function isPlain(text: string): boolean {
  return /^[\n\r !"#%&'()*+,\-./0-9:;<=>?A-Za-z_@$]*$/.test(text);
}

/** What an answer says: 202 is accepted or queued, 503 a link that is down, 403 our password or somebody on a black list. */
function classified({ status, body }: CarrierAnswer, ref: string): Sent {
  if (status === 202 || status === 200) return { state: 'sent', carrierId: carrierId(ref) };
  if (status === 503) return { state: 'refused', reason: 'busy' };
  if (status === 401 || (status === 403 && body?.includes('Authorization failed'))) return { state: 'refused', reason: 'unauthorized', parks: true };
  if (status === 404 || (status >= 300 && status < 400)) return { state: 'refused', reason: 'wrongAddress', parks: true };
  if (status === 429) return { state: 'refused', reason: 'rate' };
  if (status === 403) return { state: 'failed', reason: 'kannel.denied' };
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  return { state: 'failed', reason: `http.${status}`, ...(status === 413 && { wrong: 'text' as const }) };
}

/** Kannel gives a message no id: our own name stands in for it. */
function carrierId(ref: string): string {
  return `kannel-${ref}`;
}
