import { createHmac } from 'node:crypto';
import type { ParsedUrlQuery } from 'node:querystring';
import { isSame } from '../../store/crypto.ts';
import { type FormHandler, hasTooMany, isPlainForm, readBody, readForm } from '../form.ts';

/**
 * Lets only Twilio's own well-formed requests through, in the contract's order (docs/contract.md: Addresses): a body over 64 KiB gives 413; an
 * unsigned or wrongly signed one gives 403 and an empty body; a malformed one gives 400 and one line. A form with far more fields than any carrier
 * sends is refused unread, because anybody without the token could make us sort and sign them. No other body parser may run before it.
 */
export function signedForm({ authToken, publicUrl }: { authToken: string; publicUrl: string }): FormHandler {
  const isTwilios = isSigned(authToken, publicUrl.replace(/\/+$/, ''));
  return (request, response, next) => {
    readBody(request, (body) => {
      try {
        if (body === 'too large') return void response.status(413).type('text/plain').send('too large\n');
        const form = hasTooMany(body) ? undefined : readForm(body);
        const signature = request.get('x-twilio-signature');
        if (!form || !isTwilios({ signature, target: request.originalUrl, sent: form.sent })) return void response.status(403).end();
        if (!form.fields || !isPlainForm(request)) return void response.status(400).type('text/plain').send('malformed form\n');
        response.locals.form = form.fields;
      } catch (error) {
        return next(error);
      }
      next();
    });
  };
}

export interface SignedRequest {
  /** The header `X-Twilio-Signature`. */
  readonly signature: string | undefined;
  /** The path and query as they were requested. */
  readonly target: string;
  /** Every field of the body, a repeated one as an array. */
  readonly sent: ParsedUrlQuery;
}

/**
 * Whether Twilio signed a request: HMAC-SHA1 under the auth token over the address and the sorted fields
 * (https://www.twilio.com/docs/usage/security#validating-requests). Twilio signs the address as it was given, or with the standard port if the
 * address has none, or without the port if it has one. Compared in constant time.
 */
function isSigned(authToken: string, publicUrl: string): (request: SignedRequest) => boolean {
  const bases = [publicUrl, withOtherPort(publicUrl)];
  return ({ signature, target, sent }) => {
    if (!signature) return false;
    const signed = target + inOrder(sent);
    return bases.some((base) => isSame(signature, createHmac('sha1', authToken).update(base).update(signed).digest('base64')));
  };
}

/** Adds the standard port if there is none; removes the port if there is one. */
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
