import type { BrowserContext } from 'playwright-core';
import { LogEntry } from '../../../src/fund/log/index.ts';
import { operator, STAFF_ROLES, type StaffRole } from '../../../src/fund/people/index.ts';
import { beginSession, staffPhone } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import type { WebDeps } from '../../../src/web/webRoutes.ts';
import { addStaff } from '../../support/staff.ts';
import { type Served, useServed } from '../serve.ts';

const LI = operator('李姐');

/** The phone of the person who has this role in a test. */
export function phoneOf(role: StaffRole): string {
  return `+86138000001${String(STAFF_ROLES.indexOf(role)).padStart(2, '0')}`;
}

/** Gives one person each role in a community; each has a phone of their own. */
export async function staffAll(world: World, community: string): Promise<void> {
  for (const role of STAFF_ROLES) await addStaff(world)(community, { name: `${role}的王芳`, phone: phoneOf(role), role }, LI);
}

/** A session of a phone, as the value of a request's `Cookie`. */
export async function cookieOf(world: World, phone: string): Promise<string> {
  return `staff=${await beginSession(world, staffPhone(world.vault, phone), 'Firefox')}`;
}

/** The console, the public pages and the API, for the tests of a file. */
export function useOffice(world: World, deps: Partial<WebDeps> = { publicUrl: 'http://example.org' }) {
  const web = useServed(world, deps);
  /** Who has a role (`staffAll`), at their browser. */
  const as = async (role: StaffRole) => browse(() => web, await cookieOf(world, phoneOf(role)));
  return Object.assign(web, { as });
}

/** Prepares a browser's window for a session, given as `cookieOf` gives it. */
export function inSession(url: string, cookie: string): (context: BrowserContext) => Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  return (context) => context.addCookies([{ name, value, url }]);
}

/** The acts that a community's log has, in their order; `role`: only those of this role. */
export async function actsIn(community: string, role?: StaffRole): Promise<string[]> {
  const entries = await collection(LogEntry)
    .find({ '_id.community': community, ...(role && { role }) }, { sort: { _id: 1 } })
    .toArray();
  return entries.map(({ act }) => act);
}

/** Asks for a page, or sends a form from a page of this site, and follows no redirect. */
export function browse(web: () => Pick<Served, 'url'>, cookie?: string) {
  const headers = { ...(cookie && { cookie }) };
  return {
    get: (path: string, more: Record<string, string> = {}) => fetch(web().url + path, { headers: { ...headers, ...more }, redirect: 'manual' }),
    post: (
      path: string,
      form: Readonly<Record<string, string | readonly string[]>> = {},
      more: Record<string, string> = { 'Sec-Fetch-Site': 'same-origin' },
    ) => fetch(web().url + path, { method: 'POST', body: formOf(form), headers: { ...headers, ...more }, redirect: 'manual' }),
  };
}

/** A form as a browser sends it; a field with several values is sent once for each. */
function formOf(form: Readonly<Record<string, string | readonly string[]>>): URLSearchParams {
  const sent = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) for (const each of [value].flat()) sent.append(name, each);
  return sent;
}
