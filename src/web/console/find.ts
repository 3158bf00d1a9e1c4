import type { Router } from 'express';
import { phone } from '../../contacts/phone.ts';
import { MOST_SEARCHED, readInbox, searchInbox } from '../../fund/inquiries/index.ts';
import { readRoster } from '../../fund/people/index.ts';
import { readProposals } from '../../fund/proposals/index.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import { routes } from '../routes.ts';
import { field } from './frame.ts';
import { words } from './inbox/inboxList.ts';
import { cycleHere, textOf } from './proposals/list.ts';
import { address, asked, numberIn } from './query.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** Of each kind. */
const MAX_OF_KIND = 10;

/**
 * One search over residents, proposals and letters, each for those who may read its page. A card is not found by its digits, and a phone by four of them or all,
 * as on the roster: who searches learns nothing that the pages do not tell them.
 */
export function findPages(world: World, { ofCommunity }: Visits): Router {
  return routes().page('/console/:slug/find', ofCommunity, async (visit) => {
    const { text, own, request } = visit;
    const { say } = text;
    if (!visit.may(readRoster) && !visit.may(searchInbox)) readProposals.check(visit.reading(readProposals));
    const sought = asked(request, 'q');
    const isShort = sought !== undefined && [...sought].length < 2 && numberIn(sought) === undefined;
    const parts =
      sought === undefined || isShort ? [] : await Promise.all([people(visit, sought), ofProposals(visit, sought), ofLetters(visit, sought)]);
    const found = parts.flat();
    await visit.send(say('find.title'), [
      html`<h1>${say('find.title')}</h1>
<form method="get" action="${own}/find" class="filter" role="search">${field({ name: 'q', label: say('find.label'), value: sought, attributes: html` type="search" autocomplete="off" autofocus` })}<button>${say('find.button')}</button></form>`,
      isShort ? html`<p>${say('find.short')}</p>` : html``,
      ...found,
      parts.length > 0 && found.length === 0 ? html`<p role="status">${say('find.nothing')}</p>` : html``,
    ]);
  });

  async function people(visit: CommunityVisit, sought: string): Promise<Markup[]> {
    if (!visit.may(readRoster)) return [];
    const { text, own, community } = visit;
    const whole = /^[\d\s+-]{7,}$/.test(sought) ? phone(sought, community.phone) : undefined;
    const { residents, more } = await visit.read(readRoster, { text: whole ?? sought, limit: MAX_OF_KIND });
    const items = residents.map(
      ({ _id, name, building, door, phone: number }) =>
        html`<li><a href="${own}/people/${_id}">${name === undefined ? text.say('people.noName') : text.userText(name)}</a> <span>${text.userText([building, door].filter(Boolean).join(' '))}</span> <span>${number === undefined ? text.say('people.noPhone') : text.phone(number)}</span></li>`,
    );
    return section(visit, 'people', items, more ? address(`${own}/people`, { q: sought }) : undefined);
  }

  async function ofProposals(visit: CommunityVisit, sought: string): Promise<Markup[]> {
    const of = visit.may(readProposals) ? await cycleHere(world, visit) : undefined;
    if (!of) return [];
    const number = numberIn(sought);
    const wanted = {
      view: 'all',
      after: number === undefined ? undefined : number - 1,
      limit: number === undefined ? MAX_OF_KIND : 1,
      ...(number === undefined && { search: sought }),
    } as const;
    const { proposals: found, next } = await visit.read(readProposals, of.cycle, wanted);
    const items = found
      .filter((each) => number === undefined || each.number === number)
      .map(
        (each) =>
          html`<li><span>${visit.text.say('find.number', { number: each.number })}</span> <a href="${visit.own}/proposals/${each.number}">${textOf(visit, each)}</a></li>`,
      );
    return section(
      visit,
      'proposals',
      items,
      number === undefined && next !== undefined ? address(`${visit.own}/proposals`, { search: sought }) : undefined,
    );
  }

  async function ofLetters(visit: CommunityVisit, sought: string): Promise<Markup[]> {
    if (!visit.may(readInbox)) return [];
    const found = await visit.read(searchInbox, sought);
    const items = found.map(
      (item) =>
        html`<li><span>${visit.text.say(`kind.${item.kind}`)}</span> <a href="${visit.own}/inbox/${item.number}">${words(visit, item)}</a> <span class="age">${visit.text.date(item.at)}</span></li>`,
    );
    return section(visit, 'inbox', items, undefined, visit.text.say('find.since', { count: MOST_SEARCHED }));
  }
}

function section(
  { text: { say } }: CommunityVisit,
  name: 'people' | 'proposals' | 'inbox',
  items: readonly Markup[],
  all: string | undefined,
  about?: string,
): Markup[] {
  if (items.length === 0) return [];
  const more = all === undefined ? '' : html`<p><a href="${all}">${say('find.more')}</a></p>`;
  return [
    html`<section aria-labelledby="${name}"><h2 id="${name}">${say(`find.${name}`)}</h2><ul class="coming">${items}</ul>${more}${about ? html`<p class="hint">${about}</p>` : ''}</section>`,
  ];
}
