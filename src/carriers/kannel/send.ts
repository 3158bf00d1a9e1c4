import { type CarrierAnswer, carrierHttp, unanswered } from '../http.ts';
import { plainText } from '../plainText.ts';
import type { Send, Sent } from '../sending.ts';
import type { KannelSettings } from './settings.ts';

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
export function carrierId(ref: string): string {
  return `kannel-${ref}`;
}
