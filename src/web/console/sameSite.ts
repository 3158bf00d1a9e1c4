import type { RequestHandler } from 'express';
import { Refusal } from '../errors.ts';

/**
 * Refuses (403) a POST that does not come from a page of this site: by `Sec-Fetch-Site`, which a page cannot set, else by `Origin`. Without either
 * nobody knows where it comes from. `publicUrl`: the address of the service, without a slash at the end.
 */
export function sameSite(publicUrl: string): RequestHandler {
  const own = new URL(publicUrl).origin;
  return ({ method, headers }, _response, next) => {
    const site = headers['sec-fetch-site'];
    const isOwn = site === undefined ? headers.origin === own || hostOf(headers.origin) === headers.host : site === 'same-origin' || site === 'none';
    if (method !== 'GET' && method !== 'HEAD' && !isOwn) throw new Refusal(403, 'This form has to be sent from a page of this site.');
    next();
  };
}

/** The host that an `Origin` names, with its port; empty if it names none. */
function hostOf(origin: string | undefined): string {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : '';
}
