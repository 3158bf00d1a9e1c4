import { createHash, createHmac } from 'node:crypto';
import express from 'express';
import type { AliyunSettings } from '../../src/carriers/settings.ts';
import type { HandingOver, Taken } from './handingOver.ts';
import { onLoopback } from './onLoopback.ts';

export interface FakeAliyun extends HandingOver {
  readonly settings: AliyunSettings;
  /** The approved templates: their wording by their code. `approve` refuses what the vendor's reviewers refuse. */
  approve(code: string, wording: string): void;
  /** What the next requests get instead: a code of refusal, a status, or no answer after the message was taken. */
  readonly mishaps: (string | number | 'drop')[];
  /** A report is sent before the answer to the sending. */
  reportsFirst: boolean;
  /** It takes the same `OutId` again, as the platform does: else that counts as a mistake of ours. */
  takesAgain: boolean;
  /** How its signature stands: 1 is approved. */
  signature: number;
  attach(service: { url: string }): void;
  /** Pushes to a door as the platform does; gives the status. */
  post(path: 'sms' | 'status', body: unknown): Promise<Response>;
  stop(): Promise<void>;
}

const NAME = /\$\{(\w+)\}/g;

/** Aliyun's SendSms and its pushes: it computes the signature over what came by itself, and refuses what the platform refuses. */
export async function fakeAliyun(): Promise<FakeAliyun> {
  const taken: Taken[] = [];
  const mishaps: (string | number)[] = [];
  const templates = new Map<string, string>();
  const nonces = new Set<string>();
  let service = '';
  const app = express().disable('x-powered-by');
  app.post('/', async (request, response) => {
    const refuse = (Code: string, status = 200) => void response.status(status).json({ Code, Message: 'refused', RequestId: 'R' });
    const met = mishaps.shift();
    if (typeof met === 'number') return void response.status(met).send('');
    if (met !== undefined && met !== 'drop') return refuse(met);
    const { headers } = request;
    const [, credential, names = '', signature] =
      /^ACS3-HMAC-SHA256 Credential=(.*),SignedHeaders=(.*),Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? [];
    if (credential !== 'AK') return refuse('InvalidAccessKeyId.NotFound', 404);
    const must = ['host', 'x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-version'];
    if (must.some((name) => !names.split(';').includes(name))) return refuse('IncompleteSignature', 400);
    const query = request.originalUrl.slice('/?'.length);
    const lines = names.split(';').map((name) => `${name}:${String(headers[name])}\n`);
    const canonical = ['POST', '/', query.split('&').sort().join('&'), lines.join(''), names, sha256('')].join('\n');
    const right = createHmac('sha256', 'key')
      .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
      .digest('hex');
    if (signature !== right) return refuse('SignatureDoesNotMatch', 400);
    const nonce = String(headers['x-acs-signature-nonce']);
    if (nonces.has(nonce)) return refuse('SignatureNonceUsed', 400);
    nonces.add(nonce);
    if (headers['x-acs-action'] === 'GetSmsSign')
      return void response.json({ Code: 'OK', SignName: fake.settings.signName, SignStatus: fake.signature });
    if (headers['x-acs-action'] !== 'SendSms' || headers['x-acs-version'] !== '2017-05-25') return refuse('InvalidAction.NotFound', 404);
    const given = Object.fromEntries(new URLSearchParams(query));
    if (given.SignName !== fake.settings.signName) return refuse('isv.SMS_SIGNATURE_ILLEGAL');
    if (!/^1[3-9]\d{9}$/.test(given.PhoneNumbers ?? '')) return refuse('isv.MOBILE_NUMBER_ILLEGAL');
    const wording = templates.get(given.TemplateCode ?? '');
    if (wording === undefined) return refuse('isv.SMS_TEMPLATE_ILLEGAL');
    const filled = parsed(given.TemplateParam);
    if (!filled) return refuse('isv.INVALID_JSON_PARAM');
    const wanted = [...wording.matchAll(NAME)].map(([, name = '']) => name);
    if (wanted.some((name) => !filled[name])) return refuse('isv.TEMPLATE_MISSING_PARAMETERS');
    if (Object.keys(filled).some((name) => !wanted.includes(name))) return refuse('isv.TEMPLATE_PARAMS_ILLEGAL');
    if (Object.values(filled).some((value) => value.length > 20)) return refuse('isv.PARAM_LENGTH_LIMIT');
    if (Object.values(filled).some((value) => /[【】]|https?:/.test(value))) return refuse('isv.BLACK_KEY_CONTROL_LIMIT');
    const ref = given.OutId ?? '';
    if (!fake.takesAgain && taken.some((before) => before.ref === ref)) return refuse('isv.OUT_ID_TWICE');
    const body = wording.replace(NAME, (_, name: string) => filled[name] ?? '');
    const id = `${Date.now()}^${taken.length}-${Math.random().toString(36).slice(2)}`;
    taken.push({ to: `+86${given.PhoneNumbers}`, from: '', body, ref, id });
    if (met === 'drop') return void response.destroy();
    if (fake.reportsFirst)
      await fake.post('status', [{ phone_number: given.PhoneNumbers, success: true, err_code: 'DELIVERED', biz_id: id, out_id: ref }]);
    response.json({ Code: 'OK', Message: 'OK', RequestId: 'R', BizId: id });
  });
  const { url, stop } = await onLoopback(app);
  const fake: FakeAliyun = {
    settings: {
      accessKeyId: 'AK',
      accessKeySecret: 'key',
      signName: '青松社区',
      secret: 'a'.repeat(32),
      apiUrl: url,
    },
    taken,
    mishaps,
    reportsFirst: false,
    takesAgain: false,
    signature: 1,
    approve: (code, wording) => {
      const refused = whyRefused(wording);
      if (refused) throw new Error(`${code} is not approved: ${refused}: ${wording}`);
      templates.set(code, wording);
    },
    attach: ({ url }) => {
      service = url;
    },
    post: (path, body) =>
      fetch(`${service}/aliyun/${fake.settings.secret}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json;charset=utf-8' },
        body: JSON.stringify(body),
      }),
    push: async ({ from, to, body, sid }) => {
      const uplink = { phone_number: from.replace('+86', ''), content: body, send_time: '2026-10-20 09:00:00', dest_code: to, sequence_id: sid };
      const response = await fake.post('sms', [uplink]);
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    },
    stop,
  };
  return fake;
}

/** Why a template is not approved; undefined if it is. */
export function whyRefused(wording: string): string | undefined {
  const names = [...wording.matchAll(NAME)].map(([, name = '']) => name);
  if (wording.length === 0 || wording.length > 500) return 'length';
  if (wording.replaceAll(NAME, '').trim() === '') return 'variables only';
  if (/\}\$\{/.test(wording)) return 'adjacent variables';
  if (new Set(names).size !== names.length) return 'a variable twice';
  if (names.some((name) => name.length > 35)) return 'name of a variable';
  if (/[【】『』★→①]/.test(wording)) return 'signs';
  return undefined;
}

function parsed(text = '{}'): Record<string, string> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
