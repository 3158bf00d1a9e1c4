import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type BoundedMap, boundedMap } from '../../store/cache.ts';
import { type FormHandler, plainText } from '../form.ts';
import { type CarrierAnswer, carrierHttp, jsonIn, unanswered } from '../http.ts';
import type { Carrier, CarrierContext, ReadyCarrier } from '../port.ts';
import { secretDoor } from '../secretDoor.ts';
import type { CarrierStatus, Send, Sent } from '../sending.ts';
import type { MasSettings } from '../settings.ts';
import { domestic, takeText } from '../takeText.ts';

/** China Mobile's 云MAS: SMS with free text both ways. */
export function mas(settings: MasSettings): ReadyCarrier {
  return {
    open: (context): Carrier => {
      const send = sendSms(settings);
      const early: Early = boundedMap(EARLY);
      const door = secretDoor({ secret: settings.secret, networks: context.networks.mas }, 'json');
      return {
        doors: [
          { path: '/mas/:secret/sms', handlers: [door, receive(context, takeText(context, 'mas', send))] },
          { path: '/mas/:secret/status', handlers: [door, status(context, early)] },
        ],
        sms: withEarly(context, send, early),
        handsOver: true,
      };
    },
  };
}

const UPLINK = z.object({ mobile: z.string().min(1), smsContent: z.string(), sendTime: z.string().min(1), addSerial: z.string().default('') });

/**
 * A text that came in. It has no id of its own: who wrote what, when and where is the same if it comes again. 200; 503 if it has to be pushed again.
 */
function receive({ log }: CarrierContext, take: ReturnType<typeof takeText>): FormHandler {
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
function withEarly({ recordStatus, log }: CarrierContext, send: Send, early: Early): Send {
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
function status({ recordStatus, log }: CarrierContext, early: Early): FormHandler {
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

/** What is sent to `norsubmit`: free text to one number. */
interface Submission {
  readonly ecName: string;
  readonly apId: string;
  readonly secretKey: string;
  readonly mobiles: string;
  readonly content: string;
  readonly sign: string;
  /** The extension digits behind the organisation's number; may be empty. */
  readonly addSerial: string;
}

/** The check of a submission: the lower-case MD5 of its fields, one after the other. */
export function macOf({ ecName, apId, secretKey, mobiles, content, sign, addSerial }: Submission): string {
  return createHash('md5')
    .update(ecName + apId + secretKey + mobiles + content + sign + addSerial, 'utf8')
    .digest('hex');
}

/** Sends one SMS by the HTTP interface of 云MAS. Never tries twice: it has no idempotency key. */
export function sendSms(settings: MasSettings): Send {
  const submit = submitting(settings);
  return async ({ to, from, text, signal }) => {
    const addSerial = from.startsWith('+') ? '' : from; // a community without digits of its own has the organisation's number alone
    try {
      return classified(await submit({ mobiles: domestic(to), content: plainText(text), addSerial }, signal));
    } catch (error) {
      return unanswered(error, signal);
    }
  };
}

/** Hands over one submission to `norsubmit`. Rejects if there is no answer. */
export function submitting({ url, ecName, apId, secretKey, sign }: MasSettings) {
  const call = carrierHttp(url);
  return (what: Pick<Submission, 'mobiles' | 'content' | 'addSerial'>, signal?: AbortSignal): Promise<CarrierAnswer> => {
    const submission: Submission = { ecName, apId, secretKey, sign, ...what };
    const body = Buffer.from(JSON.stringify({ ...submission, mac: macOf(submission) })).toString('base64');
    return call('POST', '/sms/norsubmit', { headers: { 'content-type': 'text/plain; charset=utf-8' }, body, signal });
  };
}

const ANSWER = z.object({
  success: z.union([z.boolean(), z.enum(['true', 'false'])]),
  rspcod: z.string().optional(),
  msgGroup: z.string().optional(),
});

/** Refusals that no message gets past until somebody has seen to it: who we are, from where we call, what is booked. */
const PARKS: readonly string[] = ['IllegalMac', 'IllegalSignId', 'InvalidUsrOrPwd', 'NoSignId', 'TooManyMobiles', 'CountLimit', 'IllegalIp'];
const NEVER_NUMBER: readonly string[] = ['InvalidMobile', 'IllegalMobile'];
const NEVER_TEXT: readonly string[] = ['InvalidMessage', 'IllegalContent'];

function classified({ status, body }: CarrierAnswer): Sent {
  if (status === 429) return { state: 'refused', reason: 'rate' };
  if (status >= 500 || status === 408) return { state: 'unknown', reason: `http.${status}` };
  if (status < 200 || status >= 300) return { state: 'refused', reason: `http.${status}`, parks: true };
  const answer = ANSWER.safeParse(jsonIn(body)).data;
  if (!answer) return { state: 'unknown', reason: 'nonsense' };
  if (String(answer.success) === 'true')
    return answer.msgGroup ? { state: 'sent', carrierId: answer.msgGroup } : { state: 'unknown', reason: 'nonsense' };
  const code = /^\w{1,40}$/.test(answer.rspcod ?? '') ? answer.rspcod : 'refused';
  const reason = `mas.${code}`;
  if (NEVER_NUMBER.includes(code ?? '')) return { state: 'failed', reason };
  if (NEVER_TEXT.includes(code ?? '')) return { state: 'failed', reason, wrong: 'text' };
  return { state: 'refused', reason, ...(PARKS.includes(code ?? '') && { parks: true as const }) };
}
