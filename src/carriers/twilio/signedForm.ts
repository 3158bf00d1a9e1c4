import { isUtf8 } from 'node:buffer';
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type ParsedUrlQuery, parse } from 'node:querystring';
import { isSame } from '../../store/crypto.ts';
import type { FormHandler } from './webhook.ts';

const MAX_BYTES = 64 * 1024;

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

/** The body's bytes as they came; bytes beyond the limit are thrown away as they arrive. The promise never settles if the request was cut off. */
function readBody(request: IncomingMessage, settle: (body: Buffer | 'too large') => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(request.headers['content-length']) > MAX_BYTES) discard();
  else request.on('data', collect).on('end', end);

  function collect(chunk: Buffer) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > MAX_BYTES) discard();
  }
  function end() {
    settle(Buffer.concat(chunks));
  }
  function discard() {
    request.off('data', collect).off('end', end).resume();
    settle('too large');
  }
}

function isPlainForm({ headers }: IncomingMessage): boolean {
  const [type, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(/ *; */);
  const isUtf8 = parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-?8"?$/.test(parameter));
  return type === 'application/x-www-form-urlencoded' && isUtf8 && !headers['content-encoding'];
}

/** A carrier's form as it came, and its fields if it is well-formed. */
export interface Form {
  /** Every field, a repeated one as an array. The signature covers these, even if their bytes are wrong. */
  readonly sent: ParsedUrlQuery;
  /** Absent if the form is malformed: wrong UTF-8, a wrong escape, a repeated or nameless field, more than 200 fields. */
  readonly fields?: Fields;
}

type Fields = Readonly<Record<string, string>>;

/** Twilio sends about forty. */
const MAX_FIELDS = 200;
const MAX_READ = 2 * MAX_FIELDS;
const AND = '&'.charCodeAt(0);

/** Whether a body has so many fields that it is not even read. It only counts, and stops at the limit. */
function hasTooMany(body: Buffer): boolean {
  let count = 0;
  for (let at = body.indexOf(AND); at >= 0 && count <= MAX_READ; at = body.indexOf(AND, at + 1)) count += 1;
  return count > MAX_READ;
}

/** Reads the body of an `application/x-www-form-urlencoded` request. */
function readForm(body: Buffer): Form {
  const text = body.toString();
  const sent = parse(text, '&', '=', { maxKeys: 0 });
  return isUtf8(body) && isWellEscaped(text) ? { sent, fields: singleFields(sent) } : { sent };
}

/** Whether every `%` begins an escape, and the escaped bytes are UTF-8. */
function isWellEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function singleFields(sent: ParsedUrlQuery): Fields | undefined {
  const entries = Object.entries(sent);
  if (entries.length > MAX_FIELDS) return undefined;
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of entries) {
    if (name === '' || typeof value !== 'string') return undefined;
    fields[name] = value;
  }
  return fields;
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
