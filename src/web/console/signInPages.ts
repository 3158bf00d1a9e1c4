import type { RequestHandler, Router } from 'express';
import { phone } from '../../contacts/phone.ts';
import { firstCommunities } from '../../fund/communities/index.ts';
import {
  askSignIn,
  beginSession,
  endSessions,
  newToken,
  noteDevice,
  type Passkeys,
  type StaffMember,
  signInByDigits,
  signInByLink,
  staffPhone,
} from '../../fund/staff/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';
import { routes } from '../routes.ts';
import type { Cookies } from './cookies.ts';
import { errorSummary, field, type Mistakes } from './frame.ts';
import { address, asked, typed } from './query.ts';
import type { Visit, Visits } from './visits.ts';

/** Those whom the demo signs in by one button. Without it the service has none. */
export type Personas = () => Promise<StaffMember[]>;

/** How long a number that was typed is remembered, until its digits are. Milliseconds. */
const SIGNING_MS = 15 * 60_000;
/** How long a device knows who has signed in there, since somebody last did: as long as browsers keep anything. Milliseconds. */
const DEVICE_MS = 400 * DAY_MS;
/** Characters of a device's answer, some kilobytes. */
const LONGEST_ANSWER = 30_000;

/** Signing in and out: by digits, by a passkey, by a link, in the demo by a button. */
export function signInPages(world: World, known: Visits, cookies: Cookies, keys: Passkeys, personas?: Personas): Router {
  const signing = signingIn(world, cookies, personas);
  return routes()
    .use(digitRoutes(world, known, cookies, signing), passkeyRoutes(world, known, cookies, keys, signing), linkRoutes(world, known, signing))
    .post('/console/persona', persona())
    .form('/console/sign-out', known.staff, async (visit) => {
      await endSessions(visit.staff.phone, visit.staff.session);
      cookies.set(visit.response, 'staff', undefined);
      visit.lead('/console/sign-in');
    });

  /** The demo's button for somebody: no digits are needed. */
  function persona(): RequestHandler {
    return known.anybody(async (visit) => {
      const found = (await personas?.())?.find(({ id }) => id === typed(visit.request, 'persona'));
      if (!found) throw new Refusal(404, 'There is nothing at this address.');
      signing.begin(visit, await beginSession(world, staffPhone(world.vault, found.phone), deviceOf(visit)));
    });
  }
}

type SigningIn = ReturnType<typeof signingIn>;

/** The first form, and what each way of signing in ends with. */
function signingIn(world: World, cookies: Cookies, personas?: Personas) {
  return { welcome, begin, phoneForm };

  /** For somebody who proved who they are: their phone hears of a device on which they never signed in. */
  async function welcome(visit: Visit, token: string, to?: string): Promise<void> {
    cookies.set(visit.response, 'device', await noteDevice(world, enqueue(world), token, cookies.get(visit.request, 'device')), DEVICE_MS);
    begin(visit, token, to);
  }

  function begin(visit: Visit, token: string, to = '/console'): void {
    cookies.set(visit.response, 'signing', undefined);
    cookies.set(visit.response, 'passkey', undefined);
    cookies.set(visit.response, 'staff', token);
    visit.lead(to);
  }

  async function phoneForm(visit: Visit, mistakes: Mistakes = {}, value = ''): Promise<Markup> {
    const { say } = visit.text;
    const known = await personas?.();
    return html`${errorSummary(visit.text, mistakes)}<h1>${say('signIn.title')}</h1>
<p>${say('signIn.about')}</p>
<form method="post" action="${address('/console/sign-in', { to: wayBack(visit) })}" class="narrow">
${field({ name: 'phone', label: say('signIn.phone'), value, mistake: mistakes.phone, attributes: html` type="tel" autocomplete="tel" required` })}
<button>${say('signIn.send')}</button></form>
${passkeyForm(visit)}
${known && known.length > 0 ? personaForm(visit.text, known) : ''}`;
  }
}

/** By six digits that come to the phone. */
function digitRoutes(world: World, { anybody }: Visits, cookies: Cookies, { welcome, phoneForm }: SigningIn): Router {
  return routes()
    .page('/console/sign-in', anybody, async (visit) => visit.send(visit.text.say('signIn.title'), await phoneForm(visit), { script: 'passkeys' }))
    .post('/console/sign-in', (request, response, next) =>
      anybody(async (visit) => {
        const { say } = visit.text;
        const given = typed(visit.request, 'phone');
        const number = phone(given, (await firstCommunities(1))[0]?.phone);
        if (!number) {
          const form = await phoneForm(visit, { phone: say('signIn.noPhone') }, given);
          return visit.send(say('signIn.title'), form, { status: 422, path: '/console/sign-in', script: 'passkeys' });
        }
        cookies.set(response, 'signing', world.vault.encrypt('signInPhone', 'cookie', number).toString('base64url'), SIGNING_MS);
        visit.lead(address('/console/sign-in/digits', { to: wayBack(visit) }));
        askSignIn(world, enqueue(world), number).catch(next); // nobody waits for it: how long it takes says whether the number is known
      })(request, response, next),
    )
    .page('/console/sign-in/digits', anybody, async (visit) => {
      if (signingPhone(visit) === undefined) return visit.lead('/console/sign-in');
      await visit.send(visit.text.say('digits.title'), digitsForm(visit), { script: 'passkeys' });
    })
    .form('/console/sign-in/digits', anybody, async (visit) => {
      const { say } = visit.text;
      const number = signingPhone(visit);
      if (number === undefined) return visit.lead('/console/sign-in');
      const digits = typed(visit.request, 'digits').replaceAll(/\D/g, '');
      const outcome = await signInByDigits(world, { phone: number, digits, device: deviceOf(visit) });
      if ('token' in outcome) return welcome(visit, outcome.token, wayBack(visit));
      const form = digitsForm(visit, { digits: say(`digits.${outcome.refused}`) });
      return visit.send(say('digits.title'), form, {
        status: 422,
        path: address('/console/sign-in/digits', { to: wayBack(visit) }),
        script: 'passkeys',
      });
    });

  /** The number for which digits were asked on this device, in E.164. */
  function signingPhone({ request }: Visit): string | undefined {
    const kept = cookies.get(request, 'signing');
    if (kept === undefined) return undefined;
    try {
      return world.vault.decrypt('signInPhone', 'cookie', Buffer.from(kept, 'base64url'));
    } catch {
      return undefined; // somebody else's cookie, or one of another SECRET: they begin anew
    }
  }
}

/** By a key that the device keeps. */
function passkeyRoutes(world: World, { anybody }: Visits, cookies: Cookies, keys: Passkeys, { welcome, phoneForm }: SigningIn): Router {
  return routes()
    .form('/console/sign-in/passkey/offer', anybody, async ({ request, response }) => {
      const browser = cookies.get(request, 'passkey') ?? newToken(world);
      cookies.set(response, 'passkey', browser, SIGNING_MS);
      response.json(await keys.enterOffer(browser));
    })
    .form('/console/sign-in/passkey', anybody, async (visit) => {
      const { say } = visit.text;
      const browser = cookies.get(visit.request, 'passkey') ?? '';
      const token = await keys.enter({ browser, answer: typed(visit.request, 'answer', LONGEST_ANSWER), device: deviceOf(visit) });
      if (token) return welcome(visit, token, wayBack(visit));
      const form = await phoneForm(visit, { form: say('passkey.refused') });
      await visit.send(say('signIn.title'), form, { status: 422, path: '/console/sign-in', script: 'passkeys' });
    });
}

/** By a link that an operator gave. */
function linkRoutes(world: World, { anybody }: Visits, { welcome }: SigningIn): Router {
  return routes()
    .page('/console/link/:token', anybody, (visit) => visit.send(visit.text.say('link.title'), linkForm(visit)))
    .form('/console/link/:token', anybody, async (visit) => {
      const { say } = visit.text;
      const token = await signInByLink(world, { token: String(visit.request.params.token), device: deviceOf(visit) });
      if (token) return welcome(visit, token);
      return visit.send(
        say('link.title'),
        html`<h1>${say('link.title')}</h1><p>${say('link.over')}</p><p><a href="/console/sign-in">${say('signIn.title')}</a></p>`,
        {
          status: 404,
          path: '/console/sign-in',
        },
      );
    });
}

function personaForm({ say, userText }: PageText<'console'>, personas: readonly StaffMember[]): Markup {
  const buttons = personas.map(
    ({ id, name, role }) => html`<button name="persona" value="${id}" class="quiet">${userText(name)} · ${say(`role.${role}`)}</button>`,
  );
  return html`<section aria-labelledby="personas"><h2 id="personas">${say('signIn.demo')}</h2><p>${say('signIn.demoAbout')}</p>
<form method="post" action="/console/persona" class="row">${buttons}</form></section>`;
}

function digitsForm(visit: Visit, mistakes: Mistakes = {}): Markup {
  const { say } = visit.text;
  return html`${errorSummary(visit.text, mistakes)}<h1>${say('digits.title')}</h1>
<p>${say('digits.about')}</p>
<form method="post" action="${address('/console/sign-in/digits', { to: wayBack(visit) })}" class="narrow">
${field({ name: 'digits', label: say('digits.label'), mistake: mistakes.digits, attributes: html` inputmode="numeric" autocomplete="one-time-code" maxlength="20" required` })}
<button>${say('signIn.enter')}</button></form>
<p><a href="${address('/console/sign-in', { to: wayBack(visit) })}">${say('digits.again')}</a></p>
${passkeyForm(visit)}`;
}

/** Shown by the script alone. A person who has a passkey needs no number: the device knows whose it is. */
function passkeyForm(visit: Visit): Markup {
  const { say } = visit.text;
  return html`<form method="post" action="${address('/console/sign-in/passkey', { to: wayBack(visit) })}" class="narrow" data-passkey="enter" data-offer="/console/sign-in/passkey/offer" data-failed="${say('passkey.notUsed')}" hidden>
<input type="hidden" name="answer"><h2>${say('passkey.enterTitle')}</h2><button>${say('passkey.enter')}</button><p role="status"></p></form>`;
}

/** A chat that looks a link up beforehand must not use it: only the button does. */
function linkForm({ text: { say }, request }: Visit): Markup {
  return html`<h1>${say('link.title')}</h1><p>${say('link.about')}</p>
<form method="post" action="/console/link/${encodeURIComponent(String(request.params.token))}"><button>${say('signIn.enter')}</button></form>`;
}

/** Where somebody was led here from: a page of the console. */
function wayBack({ request }: Visit): string | undefined {
  const to = asked(request, 'to');
  return to !== undefined && /^\/console(\/[\w./%-]*)?(\?[\w=&%.+-]*)?$/.test(to) ? to : undefined;
}

/** What the browser says of itself. */
function deviceOf({ request }: Visit): string {
  return request.get('user-agent') ?? '';
}
