import type { FormHandler } from '../form.ts';
import type { Carrier, House, ReadyCarrier } from '../port.ts';
import { secretDoor } from '../secretDoor.ts';
import type { CarrierStatus } from '../sending.ts';
import { takeText } from '../takeText.ts';
import { carrierId, sendSms } from './send.ts';
import type { KannelSettings } from './settings.ts';

/** Kannel, or a bridge with its HTTP form (https://www.kannel.org/userguide.shtml): SMS over SMPP, CIMD, UCP, a modem. */
export function kannel(settings: KannelSettings): ReadyCarrier {
  return {
    open: (house): Carrier => {
      const send = sendSms(settings, house.publicUrl);
      const door = secretDoor({ secret: settings.secret, networks: house.networks.kannel }, 'form');
      return {
        doors: [
          { path: '/kannel/:secret/sms', isAlsoGet: true, handlers: [door, receive(house, takeText(house, 'kannel', send))] },
          { path: '/kannel/:secret/status', isAlsoGet: true, handlers: [door, status(house)] },
        ],
        sms: send,
        handsOver: true,
      };
    },
  };
}

/** A text that came in: 200 and an empty body, which `max-messages = 0` does not send on; 503 if Kannel has to deliver it again. */
function receive({ log }: House, take: ReturnType<typeof takeText>): FormHandler {
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

function status({ recordStatus, log }: House): FormHandler {
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
