import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { plainText } from '../form.ts';
import { type CarrierAnswer, carrierHttp, jsonIn, unanswered } from '../http.ts';
import type { CarrierContext } from '../port.ts';
import type { Dispatch, Send, Sent } from '../sending.ts';
import type { AliyunSettings } from '../settings.ts';
import { domestic } from '../takeText.ts';

export const API = 'https://dysmsapi.aliyuncs.com';
export const VERSION = '2017-05-25';

/**
 * Sends one SMS by an approved template and its slots (`SendSms`). A text that has no template, or that does not fit it, is not sent: never for this
 * text. Never tries twice: the interface has no idempotency key. Reports come by `OutId`, which is our own name for the message.
 */
export function sendSms(
  { apiUrl = API, signName, ...key }: AliyunSettings,
  { world, log, templated }: Pick<CarrierContext, 'world' | 'log' | 'templated'>,
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
    if (sent.state === 'failed' && OF_TEMPLATE.includes(sent.reason.replace(/^aliyun\./, '')) && !warned.has(filled.code)) {
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
const NEVER_NUMBER: readonly string[] = [
  'isv.MOBILE_NUMBER_ILLEGAL',
  'isv.MOBILE_COUNT_OVER_LIMIT',
  'isv.DOMESTIC_NUMBER_NOT_SUPPORTED',
  'isv.CUSTOMER_REFUSED',
];
/** A resident's own words may bring these, such as an address of the web: they must not park the carrier. */
const OF_WORDS: readonly string[] = ['isv.BLACK_KEY_CONTROL_LIMIT', 'isv.SMS_CONTENT_ILLEGAL', 'isv.PARAM_NOT_SUPPORT_URL', 'FILTER'];
const OF_TEMPLATE: readonly string[] = [
  'isv.SMS_TEMPLATE_ILLEGAL',
  'isv.TEMPLATE_MISSING_PARAMETERS',
  'isv.TEMPLATE_PARAMS_ILLEGAL',
  'isv.PARAM_LENGTH_LIMIT',
  'isv.INVALID_JSON_PARAM',
];
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
  if (Code === 'isv.BUSINESS_LIMIT_CONTROL' || Code.startsWith('VALVE:')) return { state: 'refused', reason, afterMs: RECIPIENT_MS };
  if (Code.startsWith('Throttling')) return { state: 'refused', reason };
  if (UNKNOWN.includes(Code) || status >= 500) return { state: 'unknown', reason };
  if (NEVER_NUMBER.includes(Code)) return { state: 'failed', reason };
  if (OF_WORDS.includes(Code) || OF_TEMPLATE.includes(Code)) return { state: 'failed', reason, wrong: 'text' };
  return { state: 'refused', reason, parks: true };
}

interface Call {
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  readonly at: Date;
  /** Never the same twice. */
  readonly nonce: string;
}

interface Key {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';

/** A POST with an empty body and all its parameters in the query, signed as version 3 of the vendor's signatures (help.aliyun.com, 2593177). */
export function signedCall({ host, action, version, query, at, nonce }: Call, { accessKeyId, accessKeySecret }: Key) {
  const content = sha256('');
  const headers = {
    host,
    'x-acs-action': action,
    'x-acs-content-sha256': content,
    'x-acs-date': at.toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
  };
  const names = Object.keys(headers).join(';');
  const parameters = Object.entries(query)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['POST', '/', parameters, lines.join(''), names, content].join('\n');
  const signature = createHmac('sha256', accessKeySecret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest('hex');
  const authorization = `${ALGORITHM} Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  return { path: `/?${parameters}`, headers: { ...headers, authorization } };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Percent-encoded as RFC 3986 says. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
