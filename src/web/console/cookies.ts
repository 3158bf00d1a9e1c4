import type { Request, RequestHandler, Response } from 'express';
import { Refusal } from '../errors.ts';
import { isOwnHost } from '../ownHost.ts';

/** The cookies of the console. No script reads them, and no other site's form brings them. */
export interface Cookies {
  get(request: Request, name: CookieName): string | undefined;
  /** Without a value the cookie is removed. It lives as long as the browser is open, or `ms`. */
  set(response: Response, name: CookieName, value: string | undefined, ms?: number): void;
}

type CookieName = 'staff' | 'kiosk' | 'signing' | 'passkey' | 'device' | 'lang';

/** `publicUrl`: the address of the service. Under https cookies are sent over TLS only, and a sibling host cannot set them (`__Host-`). */
export function cookies(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith('https:');
  const named = (name: CookieName) => (secure ? `__Host-${name}` : name);
  return {
    get: ({ headers }, name) => {
      const begin = `${named(name)}=`;
      const found = headers.cookie?.split('; ').find((pair) => pair.startsWith(begin));
      return found?.slice(begin.length);
    },
    set: (response, name, value, ms) => {
      const options = { httpOnly: true, sameSite: 'lax', secure, path: '/', encode: String } as const;
      if (value === undefined) response.clearCookie(named(name), options);
      else response.cookie(named(name), value, { ...options, ...(ms !== undefined && { maxAge: ms }) });
    },
  };
}

/**
 * Refuses (403) a POST that does not come from a page of this site: by `Sec-Fetch-Site`, which a page cannot set, else by `Origin`, which has to be that of
 * `publicUrl` or, where somebody opened the page by a number, of the same number. Without either nobody knows where it comes from. `publicUrl`: the
 * address of the service, without a slash at the end.
 */
export function sameSite(publicUrl: string): RequestHandler {
  const own = new URL(publicUrl).origin;
  const isOurs = isOwnHost(publicUrl);
  const isHere = (origin: string | undefined, host: string | undefined) => origin === own || (hostOf(origin) === host && isOurs(host));
  return ({ method, headers }, _response, next) => {
    const site = headers['sec-fetch-site'];
    const isOwn = site === undefined ? isHere(headers.origin, headers.host) : site === 'same-origin' || site === 'none';
    if (method !== 'GET' && method !== 'HEAD' && !isOwn) throw new Refusal(403, 'This form has to be sent from a page of this site.');
    next();
  };
}

/** The host that an `Origin` names, with its port; empty if it names none. */
function hostOf(origin: string | undefined): string {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : '';
}

/** The community of a tablet, as its cookie says it: `SLUG.TOKEN`. */
export function tabletSlug(kiosk: string | undefined): string | undefined {
  return /^([a-z0-9-]+)\./.exec(kiosk ?? '')?.[1];
}
