import type { Router } from 'express';
import { CHANNELS } from '../../../contacts/channel.ts';
import type { Act } from '../../../fund/act/index.ts';
import { isVoting } from '../../../fund/cycles/index.ts';
import { FIELD_NAMES, type ResidentKept, readResident } from '../../../fund/people/index.ts';
import {
  addResident,
  changeResident,
  enactCards,
  eraseNoted,
  type Forget,
  removeResident,
  residentSeen,
  unlockAddress,
} from '../../../fund/roster/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn, furtherForms } from '../actForm.ts';
import { ACTS } from '../acts.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn } from '../listState.ts';
import { address, type Values } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { unlockForm } from './locks.ts';
import { residentFields } from './residentForm.ts';
import { fieldValue, fieldWords, OTHER_FIELDS } from './residentWords.ts';
import type { RosterList } from './roster.ts';

/** One person on the roster: what is kept of them, and what a cadre may do with it. */
export function personPages(world: World, known: Visits, { roster, forget }: { readonly roster: RosterList; readonly forget: Forget }): Router {
  return routes()
    .page('/console/:slug/people/:resident', known.ofCommunity, (visit) => show(visit, {}, 200))
    .use(actRoutes(known, ON_PERSON, { show, onward }));

  async function onward(visit: CommunityVisit, act: Act): Promise<void> {
    const person = residentOf(visit);
    if (act === removeResident) {
      await eraseNoted(world, forget, visit.community._id, person);
      return visit.lead(listAddress(visit, roster, { done: act.name }));
    }
    visit.lead(doneAt(visit, `/people/${person}`, act, keptIn(roster, visit.request)));
  }

  /** One person as they are now, with what was typed before. */
  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { community, text, own } = visit;
    const [person, voting] = await Promise.all([visit.read(readResident, residentOf(visit)), isVoting(community._id, visit.now)]);
    if (!person) throw new Refusal(404, 'There is no such resident.');
    const place = keptIn(roster, visit.request);
    const title = person.name ?? text.say('people.noName');
    const now = { person, tried, kept: place, voting };
    await visit.send(
      title,
      [
        doneNotice(tried.act ? undefined : doneIn(visit, [addResident, unlockAddress, ...ON_PERSON])),
        errorSummary(text, tried.mistakes ?? {}),
        html`<p><a href="${listAddress(visit, roster)}">${text.say('back')}</a></p><h1>${text.userText(title)}</h1>${changesSince(visit, tried, person)}
<div class="sides"><div>${about(visit, person)}${cardAndLocks(visit, person)}</div>
<div>${changeForm(visit, now)}${removeForm(visit, now)}${furtherForms(visit, [changeResident, removeResident], ON_PERSON, { at: `/people/${person._id}`, tried, kept: place })}</div></div>`,
      ],
      { status, path: address(`${own}/people/${person._id}`, place) },
    );
  }
}

/** Whatever is done to a person; what has no form of its own on the page stands at its end. */
const ON_PERSON = ACTS.filter(({ path }) => path === changeResident.path);

/** The `_id` in the address; there is nothing where it is none. */
function residentOf({ request: { params } }: CommunityVisit): string {
  const { resident } = params;
  if (typeof resident !== 'string' || !/^[\w-]{43}$/.test(resident)) throw new Refusal(404, 'There is nothing at this address.');
  return resident;
}

/** What somebody else changed since the form was read (`seen`); nothing if it was none. */
function changesSince(visit: CommunityVisit, { act, seen = '' }: Tried, now: ResidentKept): Markup {
  if (act !== changeResident || seen === residentSeen(now)) return html``;
  const { say } = visit.text;
  const before = Object.fromEntries(new URLSearchParams(seen));
  const items = FIELD_NAMES.filter((name) => before[name] !== now[name]).map(
    (name) =>
      html`<dt>${fieldWords(visit, name)}</dt><dd>${fieldValue(visit, name, before[name])} → <b>${fieldValue(visit, name, now[name])}</b></dd>`,
  );
  return html`<section aria-labelledby="since"><h2 id="since">${say('people.since')}</h2><dl class="about-it">${items}</dl></section>`;
}

function about(visit: CommunityVisit, person: ResidentKept): Markup {
  const { id, contacts, cardMade, hasCard, addedAt, isLeaving } = person;
  const { say, userText, date, phone } = visit.text;
  const reached = contacts.map(
    ({ channel, address: to, isOnRoster, isStopped, wantsNews }) =>
      html`<dt>${say(CHANNELS[channel].isPhone ? 'people.phone' : 'people.chat')}</dt><dd>${CHANNELS[channel].isPhone ? phone(to) : say('people.linked')}
<small>${[say(isOnRoster ? 'people.byRoster' : 'people.byCard'), say(isStopped ? 'people.stopped' : 'people.wanted'), ...(wantsNews ? [say('people.news')] : [])].join(' · ')}</small></dd>`,
  );
  const made = cardMade ? html`${userText(cardMade.by)} · ${noWrap(date(cardMade.at))}` : say('people.cardOfFile');
  return html`${isLeaving ? html`<p class="notice">${say('people.leavingAbout')}</p>` : ''}<dl class="about-it">
<dt>${say('people.id')}</dt><dd>${id}</dd>
${OTHER_FIELDS.map((name) => html`<dt>${fieldWords(visit, name)}</dt><dd>${name === 'language' && !person.language ? say('people.languages.usual') : fieldValue(visit, name, person[name])}</dd>`)}
${reached.length > 0 ? reached : html`<dt>${say('people.phone')}</dt><dd>${say('people.noPhone')}</dd>`}
<dt>${say('people.card')}</dt><dd>${hasCard ? made : say('people.noCard')}</dd>
<dt>${say('people.addedAt')}</dt><dd>${noWrap(date(addedAt))}</dd></dl>`;
}

/** A new card, and which of their phones and chats are locked. */
function cardAndLocks(visit: CommunityVisit, { _id, contacts, hasCard }: ResidentKept): Markup {
  const { text, own } = visit;
  const { say } = text;
  const locked = contacts.filter(({ locks }) => locks.wrongCards || locks.needsCard);
  const locks = locked.map(
    (contact, index) =>
      html`<section aria-labelledby="lock-${index}"><h2 id="lock-${index}">${say('locks.one')}</h2><p>${CHANNELS[contact.channel].isPhone ? text.phone(contact.address) : say('people.chat')}: ${[...(contact.locks.wrongCards ? [say('locks.wrongCards')] : []), ...(contact.locks.needsCard ? [say('locks.needsCard')] : [])].join(say('and'))}</p>
${unlockForm(visit, index, contact, {}, _id)}</section>`,
  );
  const newCard = html`<form method="post" action="${own}/people/cards/picked"><input type="hidden" name="tick" value="${_id}"><button class="quiet">${say(hasCard ? 'cards.new' : 'cards.first')}</button></form>`;
  return html`${visit.may(enactCards) ? newCard : ''}${locks}`;
}

/** What a form shows. */
interface FormNow {
  readonly person: ResidentKept;
  readonly tried: Tried;
  readonly kept: Values;
  readonly voting: boolean;
}

function changeForm(visit: CommunityVisit, { person, tried, kept, voting }: FormNow): Markup {
  if (!visit.may(changeResident)) return html``;
  const { say } = visit.text;
  const fields = {
    ...residentFields(visit, { isFrozen: voting, now: person }),
    reason: voting ? { hint: say('people.changeReason') } : { hidden: '' },
  };
  return html`<section aria-labelledby="change"><h2 id="change">${say('people.change')}</h2><p>${say(voting ? 'people.phoneVoting' : 'people.officeWaits')}</p>
${actForm(visit, changeResident, { at: `/people/${person._id}`, tried, kept, seen: residentSeen(person), fields })}</section>`;
}

function removeForm(visit: CommunityVisit, { person, tried, kept, voting }: FormNow): Markup {
  if (!visit.may(removeResident)) return html``;
  const { say } = visit.text;
  const given = { at: `/people/${person._id}`, tried, kept, fields: { reason: { hint: say('people.removeHint') } }, isQuiet: true };
  return html`<section aria-labelledby="remove"><h2 id="remove">${say('people.remove')}</h2>${voting ? html`<p>${say('people.removeLater')}</p>` : html`<p>${say('people.removeAbout')}</p>${actForm(visit, removeResident, given)}`}</section>`;
}
