import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { type Fields, readForm } from './form.ts';
import { isSigned } from './verify.ts';

const MAX_BYTES = 64 * 1024;

/** A handler behind `signedForm`: the fields are in `response.locals.form`. */
export type FormHandler = RequestHandler<Record<string, string>, unknown, unknown, unknown, { form: Fields }>;

/**
 * Lets only Twilio's own well-formed requests through, in the contract's order (§3): a body over 64 KiB is 413;
 * unsigned or wrongly signed, 403 and empty; malformed, 400 and one line. No other body parser may run before it.
 */
export function signedForm({ authToken, publicUrl }: { authToken: string; publicUrl: string }): FormHandler {
  const base = publicUrl.replace(/\/+$/, '');
  return (request, response, next) =>
    readBody(request, (body) => {
      if (body === 'too large') return void response.status(413).type('text/plain').send('too large\n');
      const { sent, fields } = readForm(body);
      if (!isSigned(authToken, { signature: request.get('x-twilio-signature'), url: base + request.originalUrl, sent }))
        return void response.status(403).end();
      if (!fields || !isPlainForm(request)) return void response.status(400).type('text/plain').send('malformed form\n');
      response.locals.form = fields;
      next();
    });
}

/** The body's bytes as they came; what goes beyond the limit is thrown away as it arrives. Nothing settles for a request that was cut off. */
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
