import type { BlockList } from 'node:net';
import { isSame } from '../store/vault.ts';
import { type FormHandler, hasTooMany, isPlainForm, readBody, readForm } from './form.ts';
import { isWithin } from './networks.ts';

export interface SecretDoor {
  /** Stands in the address. */
  readonly secret: string;
  /** From where requests are taken; from everywhere, if absent. */
  readonly networks?: BlockList | undefined;
}

/**
 * The door of a carrier that signs nothing: its address holds a secret. Lets well-formed requests through, in the contract's order (docs/contract.md:
 * Addresses): a body over 64 KiB gives 413; another secret, compared in constant time, or another network gives 404 and an empty body; what is
 * malformed gives 400 and one line. The fields are those of the query and of a form together; with `json` the body is JSON instead.
 */
export function secretDoor({ secret, networks }: SecretDoor, kind: 'form' | 'json'): FormHandler {
  return (request, response, next) => {
    readBody(request, (body) => {
      try {
        if (body === 'too large') return void response.status(413).type('text/plain').send('too large\n');
        const { secret: given = '' } = request.params;
        if (!isSame(given, secret) || (networks && !isWithin(networks, request.ip))) return void response.status(404).end();
        const read = kind === 'json' ? readJson(body) : readFields(request.originalUrl, body, body.length === 0 || isPlainForm(request));
        if (!read) return void response.status(400).type('text/plain').send(`malformed ${kind}\n`);
        Object.assign(response.locals, read);
      } catch (error) {
        return next(error);
      }
      next();
    });
  };
}

function readFields(target: string, body: Buffer, isForm: boolean) {
  const begins = target.indexOf('?');
  const query = Buffer.from(begins < 0 ? '' : target.slice(begins + 1));
  const all = body.length > 0 && query.length > 0 ? Buffer.concat([query, Buffer.from('&'), body]) : Buffer.concat([query, body]);
  const form = isForm && !hasTooMany(all) ? readForm(all).fields : undefined;
  return form && { form };
}

function readJson(body: Buffer): { form: Readonly<Record<string, string>>; json: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const json: unknown = JSON.parse(text);
    return colonsIn(text) === keysIn(json) ? { form: {}, json } : undefined; // fewer keys: one was repeated
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The colons of a JSON text that stand outside its strings: one for each key that is written. */
function colonsIn(text: string): number {
  let count = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|:/g)) if (token === ':') count += 1;
  return count;
}

function keysIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0;
  const inside = Object.values(json).reduce((sum: number, value) => sum + keysIn(value), 0);
  return Array.isArray(json) ? inside : inside + Object.keys(json).length;
}
