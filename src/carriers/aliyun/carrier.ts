import { z } from 'zod';
import type { FormHandler } from '../form.ts';
import type { Carrier, CarrierContext, ReadyCarrier } from '../port.ts';
import { secretDoor } from '../secretDoor.ts';
import type { CarrierStatus } from '../sending.ts';
import type { AliyunSettings } from '../settings.ts';
import { takeText } from '../takeText.ts';
import { sendSms } from './send.ts';

/** Aliyun's SMS (Dysmsapi 2017-05-25): what goes out is worded by approved templates, what comes in is whole. */
export function aliyun(settings: AliyunSettings): ReadyCarrier {
  return {
    open: (context): Carrier => {
      const send = sendSms(settings, context);
      const door = secretDoor({ secret: settings.secret, networks: context.networks.aliyun }, 'json');
      return {
        doors: [
          { path: '/aliyun/:secret/sms', handlers: [door, receive(context, takeText(context, 'aliyun', send, context.elsewhere))] },
          { path: '/aliyun/:secret/status', handlers: [door, status(context)] },
        ],
        sms: send,
        handsOver: true,
      };
    },
  };
}

/** The carrier looks only at the status, and that `code` is a number. Else it pushes again after 1, 5 and 10 minutes. */
const TAKEN = { code: 0, msg: '接收成功' };
const AGAIN = { code: 1, msg: 'again' };

const id = z.union([z.string().min(1).max(100), z.number()]).transform(String);
const UPLINKS = z
  .array(
    z.object({ phone_number: z.string().min(1), content: z.string(), send_time: z.string(), sequence_id: id, dest_code: z.string().default('') }),
  )
  .min(1);
type Uplink = z.output<typeof UPLINKS>[number];

/** Texts that came in (`SmsUp`), those of one phone one after the other. One that cannot be answered for makes the carrier push all again. */
function receive({ log }: CarrierContext, take: ReturnType<typeof takeText>): FormHandler {
  return async (_, response) => {
    const { data } = UPLINKS.safeParse(response.locals.json);
    if (!data) return void response.status(400).type('text/plain').send('an array of phone_number, content, send_time and sequence_id is needed\n');
    const taken = await Promise.all([...byPhone(data).values()].map(takeAll));
    if (taken.every(Boolean)) return void response.json(TAKEN);
    log.warn({ channel: 'sms', code: 'deliver-again' }, 'A reply could not be handed over: the carrier has to push the text again');
    response.status(503).json(AGAIN);
  };

  async function takeAll(uplinks: readonly Uplink[]): Promise<boolean> {
    let all = true;
    for (const { phone_number: from, content: text, dest_code: to, sequence_id } of uplinks)
      if (!(await take({ id: JSON.stringify([from, sequence_id]), from, to, text }))) all = false;
    return all;
  }
}

function byPhone(uplinks: readonly Uplink[]): Map<string, Uplink[]> {
  const phones = new Map<string, Uplink[]>();
  for (const uplink of uplinks.toSorted((one, other) => one.send_time.localeCompare(other.send_time)))
    phones.set(uplink.phone_number, [...(phones.get(uplink.phone_number) ?? []), uplink]);
  return phones;
}

const REPORTS = z
  .array(
    z.object({
      biz_id: z.string().min(1),
      out_id: z.string().default(''),
      success: z.union([z.boolean(), z.enum(['true', 'false'])]),
      err_code: z.string().nullish(),
    }),
  )
  .min(1);

/** What became of messages (`SmsReport`). */
function status({ recordStatus, log }: CarrierContext): FormHandler {
  return async (_, response) => {
    const { data } = REPORTS.safeParse(response.locals.json);
    if (!data) return void response.status(400).type('text/plain').send('an array of biz_id and success is needed\n');
    try {
      for (const report of data) await recordStatus(statusOf(report));
      response.json(TAKEN);
    } catch (error) {
      log.error({ error, channel: 'sms', code: 'status-not-recorded' }, 'A status report could not be recorded');
      response.status(503).json(AGAIN);
    }
  };
}

function statusOf({ biz_id: carrierId, out_id: ref, success, err_code }: z.output<typeof REPORTS>[number]): CarrierStatus {
  const which = { carrierId, ...(ref && { ref }) };
  if (String(success) === 'true') return { ...which, state: 'delivered' };
  return { ...which, state: 'failed', reason: `aliyun.${/^[\w:.]{1,40}$/.test(err_code ?? '') ? err_code : 'failed'}` };
}
