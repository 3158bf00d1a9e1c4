import { createHmac } from 'node:crypto';
import type { ParsedUrlQuery } from 'node:querystring';
import { isSame } from '../../store/isSame.ts';

export interface SignedRequest {
  /** The header `X-Twilio-Signature`. */
  readonly signature: string | undefined;
  /** Path and query as they were asked for. */
  readonly target: string;
  /** Every field of the body, a repeated one as an array. */
  readonly sent: ParsedUrlQuery;
}

/**
 * Whether Twilio signed a request: HMAC-SHA1 under the auth token over the address and the sorted fields
 * (https://www.twilio.com/docs/usage/security#validating-requests). Twilio signs the address as it was given, or with the port that it
 * leaves out, or without the one that it has. Compared in constant time.
 */
export function isSigned(authToken: string, publicUrl: string): (request: SignedRequest) => boolean {
  const bases = [publicUrl, withOtherPort(publicUrl)];
  return ({ signature, target, sent }) => {
    if (!signature) return false;
    const signed = target + inOrder(sent);
    return bases.some((base) => isSame(signature, createHmac('sha1', authToken).update(base).update(signed).digest('base64')));
  };
}

/** The standard port added where there is none, the port left out where there is one. */
function withOtherPort(publicUrl: string): string {
  const [, host = '', port, path = ''] = /^(https?:\/\/(?:\[[^\]]*\]|[^/:]*))(:\d+)?(.*)$/i.exec(publicUrl) ?? [];
  return port ? host + path : `${host}:${/^https/i.test(host) ? 443 : 80}${path}`;
}

function inOrder(sent: ParsedUrlQuery): string {
  let fields = '';
  for (const name of Object.keys(sent).sort()) {
    const value = sent[name];
    if (Array.isArray(value)) for (const one of [...new Set(value)].sort()) fields += name + one;
    else fields += name + value;
  }
  return fields;
}
