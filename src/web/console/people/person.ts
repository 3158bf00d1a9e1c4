import { Router } from 'express';
import { CHANNELS } from '../../../contacts/channel.ts';
import { contactText } from '../../../contacts/contact.ts';
import { isVoting } from '../../../fund/cycles/index.ts';
import { type ResidentKept, ROLES, readResident } from '../../../fund/people/index.ts';
import { changeResident, type Forget, type ResidentFields, removeResident } from '../../../fund/roster/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { doneNotice, errorSummary, field, type Mistakes } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn } from '../listState.ts';
import { address, oneOf, typed, type Values } from '../query.ts';
import { toSecond } from '../second.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { readTyped, residentFields, shownResident, type TypedResident, typedResident } from './addPerson.ts';
import type { RosterList } from './roster.ts';

const DONE = ['', 'added', 'changed', 'unlocked'] as const;
const LONGEST_REASON = 300;
/** The field at which a refusal is told. */
const FIELD_OF = { roleStays: 'role', needsReason: 'reason', staffPhone: 'phone' } as const;

interface Typed {
  readonly resident?: TypedResident;
  readonly reason: string;
  readonly removal: string;
}

const NOTHING: Typed = { reason: '', removal: '' };

/** One person on the roster: what is kept of them, and what a cadre may do with it. */
export function personPages(
  world: World,
  { ofCommunity }: Visits,
  { roster, forget }: { readonly roster: RosterList; readonly forget: Forget },
): Router {
  const read = readResident(world);
  const change = changeResident(world, enqueue(world));
  const remove = removeResident(world, forget);

  return Router()
    .get(
      '/console/:slug/people/:resident',
      ofCommunity((visit) => show(visit, NOTHING, {}, 200)),
    )
    .post(
      '/console/:slug/people/:resident/change',
      ofCommunity(async (visit) => {
        const { request, community, text } = visit;
        const given = { ...NOTHING, resident: typedResident(visit), reason: cleanText(typed(request, 'reason', LONGEST_REASON)) };
        const actor = visit.doer('changeResident');
        const typedNow = readTyped(visit, given.resident);
        if ('mistakes' in typedNow && visit.may('changeResident')) return show(visit, given, typedNow.mistakes, 422);
        const seen = seenIn(visit);
        const fields = 'fields' in typedNow ? typedNow.fields : seen;
        const resident = residentOf(visit);
        const outcome = await change({ community: community._id, resident, seen, fields, reason: given.reason || undefined, actor });
        if ('changed' in outcome) return visit.lead(address(`${visit.own}/people/${resident}`, { ...keptIn(roster, request), done: 'changed' }));
        if ('waits' in outcome) return toSecond(visit, outcome);
        if (outcome.refused === 'noResident') throw new Refusal(404, 'There is no such resident.');
        if (outcome.refused === 'nothing')
          return visit.lead(address(`${visit.own}/people/${resident}`, { ...keptIn(roster, request), done: 'changed' }));
        if (outcome.refused === 'stale') return show(visit, given, { form: text.say('people.stale') }, 409, changesSince(visit, seen, outcome.now));
        await show(visit, given, { [FIELD_OF[outcome.refused]]: text.say(`people.${outcome.refused}`) }, 422);
      }),
    )
    .post(
      '/console/:slug/people/:resident/remove',
      ofCommunity(async (visit) => {
        const { request, community, text } = visit;
        const given = { ...NOTHING, removal: cleanText(typed(request, 'removal', LONGEST_REASON)) };
        const actor = visit.doer('removeResident');
        if (visit.may('removeResident')) {
          if (given.removal === '') return show(visit, given, { removal: text.say('people.reasonMissing') }, 422);
          if (typed(request, 'sure') === '') return show(visit, given, { sure: text.say('people.sureMissing') }, 422);
        }
        const outcome = await remove({ community: community._id, resident: residentOf(visit), reason: given.removal, actor });
        if ('removed' in outcome) return visit.lead(listAddress(visit, roster, { done: 'removed' }));
        if (outcome.refused === 'noResident') throw new Refusal(404, 'There is no such resident.');
        await show(visit, given, { removal: text.say(outcome.refused === 'office' ? 'people.removeOffice' : 'people.removeLater') }, 422);
      }),
    );

  /** One person as they are now, with what was typed before. */
  async function show(visit: CommunityVisit, given: Typed, mistakes: Mistakes, status: number, since: Markup = html``): Promise<void> {
    const { community, text, own } = visit;
    const [person, voting] = await Promise.all([read(community._id, residentOf(visit), visit.reader('people')), isVoting(community._id, visit.now)]);
    if (!person) throw new Refusal(404, 'There is no such resident.');
    const done = oneOf(visit.request, 'done', DONE);
    const place = keptIn(roster, visit.request);
    const title = person.name ?? text.say('people.noName');
    await visit.send(
      title,
      [
        doneNotice(done === '' ? undefined : text.say(`people.done.${done}`)),
        errorSummary(text, mistakes),
        html`<p><a href="${listAddress(visit, roster)}">${text.say('back')}</a></p><h1>${text.theirs(title)}</h1>${since}
<div class="sides"><div>${about(visit, person)}${cardAndLocks(visit, person)}</div>
<div>${visit.may('changeResident') ? changeForm(visit, person, place, { given, mistakes, voting }) : ''}${visit.may('removeResident') ? removeForm(visit, person, place, { given, mistakes, voting }) : ''}</div></div>`,
      ],
      { status, path: address(`${own}/people/${person._id}`, place) },
    );
  }
}

/** The `_id` in the address; there is nothing where it is none. */
function residentOf({ request: { params } }: CommunityVisit): string {
  const { resident } = params;
  if (typeof resident !== 'string' || !/^[\w-]{43}$/.test(resident)) throw new Refusal(404, 'There is nothing at this address.');
  return resident;
}

/** What the form says that its sender has seen. */
function seenIn(visit: CommunityVisit): ResidentFields {
  const { name, phone, building, language, role } = typedResident(visit, 'seen-');
  const given = (text: string) => (text === '' ? undefined : text);
  return {
    ...{ name: given(name), phone: given(phone), building: given(building), language: given(language) },
    role: ROLES.find((each) => each === role) ?? 'resident',
  };
}

/** What somebody else changed since the form was read. */
function changesSince({ text: { say, theirs } }: CommunityVisit, seen: ResidentFields, now: ResidentFields): Markup {
  const [before, after] = [shownResident(seen), shownResident(now)];
  const names = ['name', 'phone', 'building', 'language', 'role'] as const;
  const word = (name: (typeof names)[number], value: string) =>
    value === ''
      ? say('people.empty')
      : name === 'role'
        ? say(`role.${value}`)
        : name === 'language'
          ? say(`people.languages.${value}`)
          : theirs(value);
  const items = names
    .filter((name) => before[name] !== after[name])
    .map((name) => html`<dt>${say(`people.${name}`)}</dt><dd>${word(name, before[name])} → <b>${word(name, after[name])}</b></dd>`);
  return html`<section aria-labelledby="since"><h2 id="since">${say('people.since')}</h2><dl class="about-it">${items}</dl></section>`;
}

function about({ text }: CommunityVisit, { id, role, building, language, contacts, cardMade, hasCard, addedAt, isLeaving }: ResidentKept): Markup {
  const { say, theirs, date, phone } = text;
  const reached = contacts.map(
    ({ channel, address: to, isOnRoster, isStopped, wantsNews }) =>
      html`<dt>${say(CHANNELS[channel].isPhone ? 'people.phone' : 'people.chat')}</dt><dd>${CHANNELS[channel].isPhone ? phone(to) : say('people.linked')}
<small>${[say(isOnRoster ? 'people.byRoster' : 'people.byCard'), say(isStopped ? 'people.stopped' : 'people.wanted'), ...(wantsNews ? [say('people.news')] : [])].join(' · ')}</small></dd>`,
  );
  const made = cardMade ? html`${theirs(cardMade.by)} · ${whole(date(cardMade.at))}` : say('people.cardOfFile');
  return html`${isLeaving ? html`<p class="notice">${say('people.leavingAbout')}</p>` : ''}<dl class="about-it">
<dt>${say('people.id')}</dt><dd>${id}</dd>
<dt>${say('people.building')}</dt><dd>${theirs(building ?? '')}</dd>
<dt>${say('people.role')}</dt><dd>${say(`role.${role}`)}</dd>
<dt>${say('people.language')}</dt><dd>${say(`people.languages.${language ?? 'usual'}`)}</dd>
${reached.length > 0 ? reached : html`<dt>${say('people.phone')}</dt><dd>${say('people.noPhone')}</dd>`}
<dt>${say('people.card')}</dt><dd>${hasCard ? made : say('people.noCard')}</dd>
<dt>${say('people.addedAt')}</dt><dd>${whole(date(addedAt))}</dd></dl>`;
}

/** A new card, and which of their phones and chats are locked. */
function cardAndLocks(visit: CommunityVisit, { _id, contacts, hasCard }: ResidentKept): Markup {
  const { text, own } = visit;
  const { say } = text;
  const locked = contacts.filter(({ locks }) => locks.wrongCards || locks.needsCard);
  const path = address(`${own}/people/locks/unlock`, { person: _id });
  const locks = locked.map(
    (contact, index) =>
      html`<section aria-labelledby="lock-${index}"><h2 id="lock-${index}">${say('locks.one')}</h2><p>${CHANNELS[contact.channel].isPhone ? text.phone(contact.address) : say('people.chat')}: ${[...(contact.locks.wrongCards ? [say('locks.wrongCards')] : []), ...(contact.locks.needsCard ? [say('locks.needsCard')] : [])].join(say('and'))}</p>
${visit.may('unlockAddress') ? html`<form method="post" action="${path}" class="row"><input type="hidden" name="contact" value="${contactText(contact)}">${field({ name: `reason-${index}`, label: say('people.reason') })}<button name="row" value="${index}">${say('locks.unlock')}</button></form>` : ''}</section>`,
  );
  const newCard = html`<form method="post" action="${own}/people/cards/picked"><input type="hidden" name="tick" value="${_id}"><button class="quiet">${say(hasCard ? 'cards.new' : 'cards.first')}</button></form>`;
  return html`${visit.may('makeCards') ? newCard : ''}${locks}`;
}

/** What a form shows besides the person. */
interface FormNow {
  readonly given: Typed;
  readonly mistakes: Mistakes;
  readonly voting: boolean;
}

function changeForm(visit: CommunityVisit, person: ResidentKept, place: Values, { given, mistakes, voting }: FormNow): Markup {
  const { say } = visit.text;
  const { name, phone, building, language, role } = person;
  const shown = shownResident({ name, phone, building, language, role });
  const seen = Object.entries(shown).map(([field, value]) => html`<input type="hidden" name="seen-${field}" value="${value}">`);
  const reason = field({
    name: 'reason',
    label: say('people.reason'),
    hint: say('people.changeReason'),
    value: given.reason,
    mistake: mistakes.reason,
  });
  return html`<section aria-labelledby="change"><h2 id="change">${say('people.change')}</h2>
<form method="post" action="${address(`${visit.own}/people/${person._id}/change`, place)}">${seen}
${residentFields(visit, given.resident ?? shown, mistakes, voting)}<p>${say(voting ? 'people.phoneVoting' : 'people.officeWaits')}</p>${voting ? reason : ''}
<button>${say('people.save')}</button></form></section>`;
}

function removeForm(visit: CommunityVisit, person: ResidentKept, place: Values, { given, mistakes, voting }: FormNow): Markup {
  const { say } = visit.text;
  const form = html`<form method="post" action="${address(`${visit.own}/people/${person._id}/remove`, place)}">
<p>${say('people.removeAbout')}</p>
${field({ name: 'removal', label: say('people.reason'), hint: say('people.removeHint'), value: given.removal, mistake: mistakes.removal })}
${mistakes.sure ? html`<p class="mistake" id="sure-mistake">${mistakes.sure}</p>` : ''}
<label class="choice"><input type="checkbox" id="sure" name="sure" value="yes"${mistakes.sure ? html` aria-describedby="sure-mistake" aria-invalid="true"` : ''}> <span>${say('people.sure')}</span></label>
<button class="quiet">${say('people.remove')}</button></form>`;
  return html`<section aria-labelledby="remove"><h2 id="remove">${say('people.remove')}</h2>${voting ? html`<p>${say('people.removeLater')}</p>` : form}</section>`;
}
