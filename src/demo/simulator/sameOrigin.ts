import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { Refusal } from '../../web/refusal.ts';

/**
 * Lets only our own page through: a page elsewhere must neither text nor read through the browser of who plays the demo.
 * Where the browser says from where it asks, it has to be from here; a post has to say it. The name asked for has to be
 * ours, too: another's name can be made to lead to this machine (DNS rebinding), a number cannot.
 */
export function sameOrigin(publicUrl: string): RequestHandler {
  const ours = new URL(publicUrl).host;
  return ({ method, headers }, _response, next) => {
    const { host = '', origin, 'sec-fetch-site': site } = headers;
    const isNamedRight = host === ours || isNumberOrLocal(host);
    const isFromHere = origin === undefined ? method === 'GET' : hostOf(origin) === host;
    if (isNamedRight && isFromHere && (site === undefined || site === 'same-origin')) return next();
    throw new Refusal(403, `This is for the simulator's own page: open ${publicUrl}/simulator.`);
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function isNumberOrLocal(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || isIP(name) > 0;
}
