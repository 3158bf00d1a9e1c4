import type { Router } from 'express';
import { CHANNELS } from '../../../contacts/channel.ts';
import { type ContactPoint, contactText } from '../../../contacts/contact.ts';
import { type ListedLock, readLocks } from '../../../fund/people/index.ts';
import { unlockAddress } from '../../../fund/roster/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, furtherLink, type Tried } from '../frame.ts';
import { fileLinks, fileRoutes, type Listed, through } from '../list.ts';
import { address, asked } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { peopleTitle } from './subNav.ts';

/** Phones and chats that are locked, and to unlock them. */
export function lockPages(known: Visits): Router {
  const { ofCommunity } = known;

  return routes()
    .use(fileRoutes(known, lockFiles()))
    .page('/console/:slug/people/locks', ofCommunity, (visit) => show(visit, {}, 200))
    .use(
      actRoutes(known, [unlockAddress], {
        show,
        onward: (visit, act) => {
          const person = asked(visit.request, 'person');
          visit.lead(doneAt(visit, person && /^[\w-]{43}$/.test(person) ? `/people/${person}` : '/people/locks', act));
        },
      }),
    );

  /** The locks as they are now, with what was tried. */
  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own } = visit;
    const { locks, next } = await visit.read(readLocks, asked(visit.request, 'after'));
    const isOther = visit.request.params.lock === 'other';
    await visit.send(
      text.say('people.part.locks'),
      [
        doneNotice(doneIn(visit, [unlockAddress])),
        errorSummary(text, tried.mistakes ?? {}),
        peopleTitle(visit, 'locks'),
        html`<p>${text.say('locks.about')}</p>`,
        locks.length > 0 ? table(visit, locks, tried) : html`<p>${text.say('locks.nothing')}</p>`,
        furtherLink(text, next && address(`${own}/people/locks`, { after: next })),
        locks.length > 0 ? fileLinks(visit, `${own}/people/locks`) : html``,
        visit.may(unlockAddress)
          ? html`<section aria-labelledby="other"><h2 id="other">${text.say('locks.other')}</h2>${actForm(visit, unlockAddress, { at: '/people/locks/other', tried: isOther ? tried : {}, isQuiet: true })}</section>`
          : html``,
      ],
      { status, path: `${own}/people/locks` },
    );
  }
}

/** Unlocks a phone or chat that is listed. `person`: from whose page it is done. */
export function unlockForm(visit: CommunityVisit, which: number, contact: ContactPoint, tried: Tried, person?: string): Markup {
  const fields = { contact: { hidden: contactText(contact) } };
  return actForm(visit, unlockAddress, { at: `/people/locks/${which}`, tried, kept: { person }, fields, isQuiet: person === undefined });
}

function lockFiles(): Listed<ListedLock, PageKeyIn<'console', 'locks'>> {
  return {
    name: 'people/locks',
    head: (column) => `locks.${column}`,
    filters: {},
    columns: (visit) => [
      { name: 'place', text: ({ contact }) => placeOf(visit, contact) },
      { name: 'who', text: ({ holders }) => holders.map(({ name = '', building = '' }) => `${name} ${building}`.trim()).join('; ') },
      { name: 'why', text: (lock) => whyOf(visit, lock) },
    ],
    read: through(readLocks, async (ask, _, { after }) => {
      const { locks, next } = await ask(after);
      return { rows: locks, next };
    }),
  };
}

function placeOf({ text: { say } }: CommunityVisit, contact: ListedLock['contact']): string {
  if (contact === undefined) return say('locks.gone');
  return CHANNELS[contact.channel].isPhone ? contact.address : say('people.chat');
}

function whyOf({ text: { say } }: CommunityVisit, { wrongCards, needsCard }: ListedLock): string {
  return [...(wrongCards ? [say('locks.wrongCards')] : []), ...(needsCard ? [say('locks.needsCard')] : [])].join(say('and'));
}

function table(visit: CommunityVisit, locks: readonly ListedLock[], tried: Tried): Markup {
  const { text, own } = visit;
  const { say, userText } = text;
  const rows = locks.map((lock, index) => {
    const { contact, holders } = lock;
    const who = holders.map(
      ({ _id, name = say('people.noName'), building = '' }) => html`<a href="${own}/people/${_id}">${userText(name)}</a> ${userText(building)} `,
    );
    const place = contact && CHANNELS[contact.channel].isPhone ? text.phone(contact.address) : placeOf(visit, contact);
    const form = contact ? unlockForm(visit, index, contact, tried) : '';
    return html`<tr><td>${place}</td><td>${who.length > 0 ? who : say('locks.nobody')}</td><td class="block">${whyOf(visit, lock)}</td><td class="block">${form}</td></tr>
`;
  });
  const heads = (['place', 'who', 'why', 'unlock'] as const).map(
    (head) => html`<th scope="col">${head === 'unlock' ? visit.actWords('address.unlock.button') : say(`locks.${head}`)}</th>`,
  );
  return html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}
