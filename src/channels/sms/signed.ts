import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { type Fields, hasTooMany, readForm } from './form.ts';
import { isSigned } from './verify.ts';

const MAX_BYTES = 64 * 1024;

/** A handler behind `signedForm`: the fields are in `response.locals.form`. */
export type FormHandler = RequestHandler<Record<string, string>, unknown, unknown, unknown, { form: Fields }>;

/**
 * Lets only Twilio's own well-formed requests through, in the contract's order (§3): a body over 64 KiB is 413;
 * unsigned or wrongly signed, 403 and empty; malformed, 400 and one line. A form with far more fields than any carrier sends is
 * refused unread: to sort and sign them would be work that anybody without the token could order. No other body parser may run before it.
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
