import type { Router } from 'express';
import {
  devicesOf,
  endSessions,
  hasJustBegun,
  type OwnPasskey,
  type PasskeyAdded,
  type Passkeys,
  passkeysOf,
  removePasskey,
} from '../../fund/staff/index.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';
import { routes } from '../routes.ts';
import { doneNotice, errorSummary, field, type Mistakes } from './frame.ts';
import { asked, typed } from './query.ts';
import type { StaffVisit, Visits } from './visits.ts';

const LONGEST_NAME = 40;
/** Characters of a device's answer, some kilobytes. */
const LONGEST_ANSWER = 30_000;

/** The devices on which somebody is signed in, and their passkeys: adding one, removing one. */
export function devicePages(world: World, { staff }: Visits, keys: Passkeys): Router {
  return routes()
    .page('/console/devices', staff, (visit) => show(visit, {}, 200))
    .form('/console/devices/end', staff, async (visit) => {
      const session = typed(visit.request, 'session');
      await endSessions(visit.staff.phone, session === 'all' ? undefined : session);
      visit.lead('/console/devices?done=ended');
    })
    .form('/console/passkeys/offer', staff, async (visit) => void visit.response.json(await keys.addOffer(ownDevices(visit))))
    .form('/console/passkeys/add', staff, async (visit) => {
      const { request, text } = visit;
      const name = typed(request, 'name', LONGEST_NAME);
      const outcome: PasskeyAdded = await keys.add({ ...ownDevices(visit), answer: typed(request, 'answer', LONGEST_ANSWER), name });
      if ('added' in outcome) return visit.lead('/console/devices?done=added');
      await show(visit, { name: text.say(`passkey.${outcome.refused}`) }, 422, name);
    })
    .form('/console/passkeys/remove', staff, async (visit) => {
      const { phone, session } = visit.staff;
      const outcome = await removePasskey(world, { phone, session, id: typed(visit.request, 'passkey') });
      if ('removed' in outcome) return visit.lead('/console/devices?done=removed');
      if (outcome.refused === 'none') return visit.lead('/console/devices');
      await show(visit, { form: visit.text.say('passkey.old') }, 422);
    });

  async function show(visit: StaffVisit, mistakes: Mistakes, status: number, name = ''): Promise<void> {
    const { text, request, staff: of } = visit;
    const done = (['ended', 'added', 'removed'] as const).find((each) => each === asked(request, 'done'));
    const [known, mayChange] = await Promise.all([passkeysOf(world, of.phone), hasJustBegun(world, of)]);
    await visit.send(
      text.say('devices.title'),
      [
        errorSummary(text, mistakes),
        doneNotice(done && text.say(`devices.done.${done}`)),
        html`<h1>${text.say('devices.title')}</h1>`,
        await deviceList(world, visit),
        passkeyList(text, known, mayChange),
        mayChange ? addForm(text, mistakes, name) : signInAgain(text),
      ],
      { status, path: '/console/devices', script: 'passkeys' },
    );
  }
}

/** For whom a passkey is added. */
function ownDevices({ staff: { phone, session, roles } }: StaffVisit): { phone: string; session: string; holder: string } {
  return { phone, session, holder: roles[0]?.name ?? '' };
}

async function deviceList(world: World, { staff: { phone, session }, text: { say, date } }: StaffVisit): Promise<Markup> {
  const items = (await devicesOf(world, phone)).map(
    (
      each,
    ) => html`<li><div><b>${each.device === '' ? say('devices.unknown') : each.device}</b>${each.session === session ? html` <em>${say('devices.this')}</em>` : ''}<br>
<small>${say('devices.since', { at: date(each.at) })} ${say('devices.seen', { at: date(each.seenAt) })}</small></div>
<form method="post" action="/console/devices/end"><button class="quiet" name="session" value="${each.session}">${say('devices.end')}</button></form></li>`,
  );
  return html`<ul class="items">${items}</ul>
<form method="post" action="/console/devices/end"><button name="session" value="all">${say('devices.endAll')}</button></form>`;
}

function passkeyList({ say, date }: PageText<'console'>, known: readonly OwnPasskey[], mayRemove: boolean): Markup {
  const items = known.map(
    ({ id, name, at, usedAt }) => html`<li><div><b>${name === '' ? say('passkey.unnamed') : name}</b><br>
<small>${say('passkey.since', { at: date(at) })} ${usedAt ? say('passkey.used', { at: date(usedAt) }) : ''}</small></div>
${mayRemove ? html`<form method="post" action="/console/passkeys/remove"><button class="quiet" name="passkey" value="${id}">${say('passkey.remove')}</button></form>` : ''}</li>`,
  );
  return html`<h2 id="passkeys">${say('passkey.title')}</h2><p>${say(known.length > 0 ? 'passkey.have' : 'passkey.about')}</p>
${items.length > 0 ? html`<ul class="items">${items}</ul>` : ''}`;
}

/** Passkeys are added and removed only by who has just signed in. */
function signInAgain({ say }: PageText<'console'>): Markup {
  return html`<p>${say('passkey.old')}</p><form method="post" action="/console/sign-out"><button class="quiet">${say('signOut')}</button></form>`;
}

/** Shown by the script alone: without it no passkey can be added. */
function addForm({ say }: PageText<'console'>, mistakes: Mistakes, name: string): Markup {
  return html`<noscript><p>${say('passkey.needsScript')}</p></noscript>
<form method="post" action="/console/passkeys/add" class="narrow" data-passkey="add" data-offer="/console/passkeys/offer" data-failed="${say('passkey.failed')}" hidden>
<input type="hidden" name="answer">
${field({ name: 'name', label: say('passkey.name'), hint: say('passkey.nameHint'), value: name, mistake: mistakes.name, attributes: html` maxlength="${LONGEST_NAME}"` })}
<button>${say('passkey.add')}</button><p role="status"></p></form>`;
}
