import { z } from 'zod';
import { type CarrierAnswer, carrierHttp, jsonIn, unanswered } from '../http.ts';
import { plainText } from '../plainText.ts';
import type { House } from '../port.ts';
import type { Dispatch, Send, Sent } from '../sending.ts';
import { domestic } from '../takeText.ts';
import type { AliyunSettings } from './settings.ts';
import { signedCall } from './signedCall.ts';

const API = 'https://dysmsapi.aliyuncs.com';
const VERSION = '2017-05-25';

/**
 * Sends one SMS by an approved template and its slots (`SendSms`). A text that has no template, or that does not fit it, is not sent: never for this
 * text. Never tries twice: the interface has no idempotency key. Reports come by `OutId`, which is our own name for the message.
 */
export function sendSms(
  { apiUrl = API, signName, ...key }: AliyunSettings,
  { world, log, templated }: Pick<House, 'world' | 'log' | 'templated'>,
): Send {
  const call = carrierHttp(apiUrl);
  const { host } = new URL(apiUrl);
  const warned = new Set<string>();
  return async (message) => {
    const filled = await templated(message).catch(() => 'notKnown' as const);
    if (filled === 'notKnown') return { state: 'refused', reason: 'templatesNotKnown' }; // the database is away
    if ('missing' in filled) return { state: 'failed', reason: filled.missing };
    const query = {
      PhoneNumbers: domestic(message.to),
      SignName: signName,
      TemplateCode: filled.code,
      TemplateParam: JSON.stringify(Object.fromEntries(Object.entries(filled.slots).map(([name, value]) => [name, plainText(value)]))),
      OutId: message.ref,
    };
    const nonce = world.randomBytes(16).toString('hex');
    const { path, headers } = signedCall({ host, action: 'SendSms', version: VERSION, query, at: world.now(), nonce }, key);
    const sent = await asked(message, () => call('POST', path, { headers, body: '', signal: message.signal }));
    if (sent.state === 'failed' && OF_TEMPLATE.includes(sent.reason) && !warned.has(filled.code)) {
      warned.add(filled.code);
      log.error(
        { channel: 'sms', community: message.community, code: `template-refused.${filled.code}` },
        'A template is not as templates.yaml says',
      );
    }
    return sent;
  };
}

async function asked({ signal }: Dispatch, call: () => Promise<CarrierAnswer>): Promise<Sent> {
  try {
    return classified(await call());
  } catch (error) {
    return unanswered(error, signal);
  }
}

const ANSWER = z.object({ Code: z.string(), BizId: z.string().optional() });

/** How long this recipient has to be left alone, at least. */
const RECIPIENT_MS = 60_000;

/** What only this recipient, or only this text, is refused for; and what may be on the way (https://help.aliyun.com/document_detail/101346.html). */
const NEVER_NUMBER: readonly string[] = ['isv.MOBILE_NUMBER_ILLEGAL', 'isv.MOBILE_COUNT_OVER_LIMIT'];
const NEVER_TEXT: readonly string[] = [
  'isv.BLACK_KEY_CONTROL_LIMIT',
  'isv.SMS_CONTENT_ILLEGAL',
  'isv.SMS_TEMPLATE_ILLEGAL',
  'isv.TEMPLATE_MISSING_PARAMETERS',
  'isv.TEMPLATE_PARAMS_ILLEGAL',
  'isv.PARAM_LENGTH_LIMIT',
  'isv.INVALID_JSON_PARAM',
];
const OF_TEMPLATE: readonly string[] = NEVER_TEXT.slice(2).map((code) => `aliyun.${code}`);
const UNKNOWN: readonly string[] = ['isp.SYSTEM_ERROR', 'isv.SYSTEM_ERROR', 'InternalError', 'ServiceUnavailable'];

/** What an answer says. A refusal that is not known here is of the account: its balance, limits, signature, key, or our address. */
function classified({ status, body }: CarrierAnswer): Sent {
  const answer = ANSWER.safeParse(jsonIn(body)).data;
  if (!answer) {
    if (status === 429) return { state: 'refused', reason: 'rate' };
    if (status >= 500 || status === 408 || status === 200) return { state: 'unknown', reason: status === 200 ? 'nonsense' : `http.${status}` };
    return { state: 'refused', reason: `http.${status}`, parks: true };
  }
  const { Code, BizId } = answer;
  if (Code === 'OK') return BizId ? { state: 'sent', carrierId: BizId } : { state: 'unknown', reason: 'nonsense' };
  const reason = `aliyun.${/^[\w.]{1,60}$/.test(Code) ? Code : 'refused'}`;
  if (Code === 'isv.BUSINESS_LIMIT_CONTROL') return { state: 'refused', reason, afterMs: RECIPIENT_MS };
  if (Code.startsWith('Throttling')) return { state: 'refused', reason };
  if (UNKNOWN.includes(Code) || status >= 500) return { state: 'unknown', reason };
  if (NEVER_NUMBER.includes(Code)) return { state: 'failed', reason };
  if (NEVER_TEXT.includes(Code)) return { state: 'failed', reason, wrong: 'text' };
  return { state: 'refused', reason, parks: true };
}
