import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type CarrierAnswer, carrierHttp, jsonIn, unanswered } from '../http.ts';
import { plainText } from '../plainText.ts';
import type { Send, Sent } from '../sending.ts';
import { domestic } from '../takeText.ts';
import type { MasSettings } from './settings.ts';

/** What is sent to `norsubmit`: free text to one number. */
export interface Submission {
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
export function sendSms({ url, ecName, apId, secretKey, sign }: MasSettings): Send {
  const call = carrierHttp(url);
  return async ({ to, from, text, signal }) => {
    const addSerial = from.startsWith('+') ? '' : from; // a community without digits of its own has the organisation's number alone
    const submission: Submission = { ecName, apId, secretKey, mobiles: domestic(to), content: plainText(text), sign, addSerial };
    const body = Buffer.from(JSON.stringify({ ...submission, mac: macOf(submission) })).toString('base64');
    try {
      return classified(await call('POST', '/sms/norsubmit', { headers: { 'content-type': 'text/plain; charset=utf-8' }, body, signal }));
    } catch (error) {
      return unanswered(error, signal);
    }
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
