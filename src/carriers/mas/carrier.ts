import { z } from 'zod';
import { type BoundedMap, boundedMap } from '../../store/boundedMap.ts';
import type { FormHandler } from '../form.ts';
import type { Carrier, House, ReadyCarrier } from '../port.ts';
import { secretDoor } from '../secretDoor.ts';
import type { CarrierStatus, Send } from '../sending.ts';
import { takeText } from '../takeText.ts';
import { sendSms } from './send.ts';
import type { MasSettings } from './settings.ts';

/** China Mobile's 云MAS: SMS with free text both ways. */
export function mas(settings: MasSettings): ReadyCarrier {
  return {
    open: (house): Carrier => {
      const send = sendSms(settings);
      const early: Early = boundedMap(EARLY);
      const door = secretDoor({ secret: settings.secret, networks: house.networks.mas }, 'json');
      return {
        doors: [
          { path: '/mas/:secret/sms', handlers: [door, receive(house, takeText(house, 'mas', send))] },
          { path: '/mas/:secret/status', handlers: [door, status(house, early)] },
        ],
        sms: withEarly(house, send, early),
        handsOver: true,
      };
    },
  };
}

const UPLINK = z.object({ mobile: z.string().min(1), smsContent: z.string(), sendTime: z.string().min(1), addSerial: z.string().default('') });

/**
 * A text that came in. It has no id of its own: who wrote what, when and where is the same if it comes again. 200; 503 if it has to be pushed again.
 */
function receive({ log }: House, take: ReturnType<typeof takeText>): FormHandler {
  return async (_, response) => {
    const { data } = UPLINK.safeParse(response.locals.json);
    if (!data) return void response.status(400).type('text/plain').send('mobile, smsContent and sendTime are needed\n');
    const { mobile: from, smsContent: text, sendTime, addSerial: to } = data;
    if (await take({ id: JSON.stringify([from, to, sendTime, text]), from, to, text })) return void response.json({ success: true });
    log.warn({ channel: 'sms', code: 'deliver-again' }, 'A reply could not be handed over: the carrier has to push the text again');
    response.status(503).json({ success: false });
  };
}

const REPORT = z.object({ msgGroup: z.string().min(1), reportStatus: z.string().min(1), errorCode: z.string().default('') });
const DELIVERED = ['CM:0000', 'DELIVRD'];

/** The latest reports, by the carrier's id: one may come before the answer that tells this id. */
type Early = BoundedMap<string, CarrierStatus>;
const EARLY = 5_000;
/** By then the answer to a sending is written down. Milliseconds. */
const WRITTEN_MS = 2_000;

/** Sends, and records a report that was faster than the answer. */
function withEarly({ recordStatus, log }: House, send: Send, early: Early): Send {
  return async (message) => {
    const sent = await send(message);
    const report = sent.state === 'sent' ? early.get(sent.carrierId) : undefined;
    if (report)
      setTimeout(
        () =>
          recordStatus(report).catch((error: unknown) =>
            log.error({ error, channel: 'sms', code: 'status-not-recorded' }, 'A status report could not be recorded'),
          ),
        WRITTEN_MS,
      ).unref();
    return sent;
  };
}

/** What became of a message, found by the carrier's id. */
function status({ recordStatus, log }: House, early: Early): FormHandler {
  return async (_, response) => {
    const { data } = REPORT.safeParse(response.locals.json);
    if (!data) return void response.status(400).type('text/plain').send('msgGroup and reportStatus are needed\n');
    const { msgGroup: carrierId, reportStatus, errorCode } = data;
    const isDelivered = DELIVERED.includes(reportStatus) || DELIVERED.includes(errorCode);
    const code = /^[\w:]{1,20}$/.test(reportStatus) ? reportStatus : 'failed';
    const report: CarrierStatus = isDelivered ? { carrierId, state: 'delivered' } : { carrierId, state: 'failed', reason: `mas.${code}` };
    early.set(carrierId, report);
    try {
      await recordStatus(report);
      response.json({ success: true });
    } catch (error) {
      log.error({ error, channel: 'sms', code: 'status-not-recorded' }, 'A status report could not be recorded');
      response.status(503).json({ success: false });
    }
  };
}
