import { Router } from 'express';
import { CHANNELS } from '../../contacts/channel.ts';
import { isVoting } from '../../fund/cycles/index.ts';
import { checkRight, type ListedRequest, type NearName, nearNames, readRequest, readRequests, waitingRequests } from '../../fund/people/index.ts';
import { type Acceptance, acceptRequest, refuseRequest } from '../../fund/roster/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { whole } from '../public/pageText.ts';
import { errorSummary, field, type Mistakes, views } from './frame.ts';
import { chosenIn, type List, listAddress, listRoutes, showList } from './list.ts';
import { keptIn, listValues } from './listState.ts';
import type { Bulk } from './listTicks.ts';
import { peopleNav } from './people/subNav.ts';
import { address, numberIn, numberOf, oneOf, typed, type Values } from './query.ts';
import { toSecond } from './second.ts';
import { ageOf } from './today.ts';
import type { CommunityVisit, Visits } from './visits.ts';

const LONGEST = 300;
const STATES = ['pending', 'decided'] as const;

/** What was typed into the forms of a request. */
interface Typed {
  readonly who: string;
  readonly id: string;
  readonly isOther: boolean;
  readonly reason: string;
  readonly refusal: string;
}

const NOTHING: Typed = { who: '', id: '', isOther: false, reason: '', refusal: '' };

/** The field at which a refusal is told. */
const FIELD_OF = { unknownId: 'id', needsReason: 'reason', leftBefore: 'who', staffPhone: 'who' } as const;

/** Requests to join: the list, one of them, and what a cadre decides. */
export function requestPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const list = requestList(world);
  const readOne = readRequest(world);
  const near = nearNames(world);
  const accept = acceptRequest(world, enqueue(world));
  const refuse = refuseRequest(world, enqueue(world));

  return Router()
    .use(listRoutes(known, list))
    .post(
      '/console/:slug/requests/refuse',
      ofCommunity(async (visit) => {
        const { community, text } = visit;
        const reason = oneLine(visit, 'refusal');
        const actor = visit.doer('refuseRequest');
        checkRight(actor, 'refuseRequest', community._id);
        const taken = await chosenIn(visit, list);
        if ('changed' in taken) return showList(visit, list, { form: text.say('list.changed') }, 409);
        if (taken.keys.length === 0) return showList(visit, list, { form: text.say('list.noneTicked') }, 422);
        if (reason === '') return showList(visit, list, { refusal: text.say('request.refusalMissing') }, 422);
        const numbers = taken.keys.flatMap((key) => numberIn(key) ?? []);
        let [count, untold] = [0, 0];
        for (const request of numbers) {
          const outcome = await refuse({ community: community._id, request, actor, reason });
          if (!('done' in outcome)) continue;
          count += 1;
          if (outcome.isUntold) untold += 1;
        }
        visit.lead(
          listAddress(visit, list, {
            tick: undefined,
            all: undefined,
            done: untold > 0 ? 'refusedSome' : 'refusedAll',
            number: count || undefined,
            untold: untold || undefined,
          }),
        );
      }),
    )
    .get(
      '/console/:slug/requests/:number',
      ofCommunity((visit) => show(visit, NOTHING, {}, 200)),
    )
    .post(
      '/console/:slug/requests/:number/accept',
      ofCommunity(async (visit) => {
        const { request: sent, community, text } = visit;
        const given = {
          ...NOTHING,
          who: typed(sent, 'who'),
          id: typed(sent, 'id'),
          isOther: typed(sent, 'other') !== '',
          reason: oneLine(visit, 'reason'),
        };
        const as = given.who === 'other' ? given.id : given.who.startsWith('as:') ? given.who.slice(3) : undefined;
        const actor = visit.doer('acceptRequest');
        if (visit.may('acceptRequest')) {
          if (given.who === '') return show(visit, given, { who: text.say('request.whoMissing') }, 422);
          if (as === '') return show(visit, given, { id: text.say('request.idMissing') }, 422);
        }
        const acceptance: Acceptance = {
          ...{ community: community._id, request: numberOf(visit.request), actor, isOther: given.isOther },
          ...(as !== undefined && { as }),
          ...(given.reason !== '' && { reason: given.reason }),
        };
        const outcome = await accept(acceptance);
        if ('accepted' in outcome) return back(visit, list, outcome.accepted.isUntold ? 'acceptedUntold' : 'accepted');
        if ('waits' in outcome) return toSecond(visit, outcome);
        if (outcome.refused === 'noCommunity' || outcome.refused === 'noRequest') throw new Refusal(404, 'There is no such request.');
        if (outcome.refused === 'decided' || outcome.refused === 'changed') return show(visit, given, { form: text.say('request.stale') }, 409);
        await show(visit, given, { [FIELD_OF[outcome.refused]]: text.say(`request.${outcome.refused}`) }, 422);
      }),
    )
    .post(
      '/console/:slug/requests/:number/refuse',
      ofCommunity(async (visit) => {
        const { community, text } = visit;
        const given = { ...NOTHING, refusal: oneLine(visit, 'refusal') };
        const actor = visit.doer('refuseRequest');
        if (given.refusal === '' && visit.may('refuseRequest')) return show(visit, given, { refusal: text.say('request.refusalMissing') }, 422);
        const outcome = await refuse({ community: community._id, request: numberOf(visit.request), actor, reason: given.refusal });
        if ('done' in outcome) return back(visit, list, outcome.isUntold ? 'refusedUntold' : 'refused');
        if (outcome.refused !== 'decided') throw new Refusal(404, 'There is no such request.');
        await show(visit, given, { form: text.say('request.stale') }, 409);
      }),
    );

  /** One request as it is now, with what was typed before. */
  async function show(visit: CommunityVisit, given: Typed, mistakes: Mistakes, status: number): Promise<void> {
    const slug = visit.community._id;
    const asking = await readOne(slug, numberOf(visit.request), visit.reader('requests'));
    if (!asking) throw new Refusal(404, 'There is no such request.');
    const { name, building } = asking;
    const mayDecide = asking.state === 'pending' && visit.may('acceptRequest') && name !== undefined && building !== undefined;
    const [candidates, isOpen] = mayDecide
      ? await Promise.all([near(slug, { name, building }, visit.reader('requests')), isVoting(slug, visit.now)])
      : [[], false];
    const title = visit.text.say('request.title', { number: asking.request });
    const inList = keptIn(list, visit.request);
    const path = address(`${visit.own}/requests/${asking.request}`, inList);
    await visit.send(
      title,
      [
        errorSummary(visit.text, mistakes),
        html`<p><a href="${listAddress(visit, list)}">${visit.text.say('back')}</a></p><h1>${title}</h1>`,
        html`<div class="sides"><div>${about(visit, asking)}${mayDecide ? acceptForm(visit, asking.request, inList, candidates, isOpen, given, mistakes) : ''}</div>
<div>${mayDecide ? refuseForm(visit, asking.request, inList, given, mistakes) : ''}</div></div>`,
      ],
      { status, path },
    );
  }
}

function oneLine({ request }: CommunityVisit, name: string): string {
  return cleanText(typed(request, name, LONGEST));
}

/** Back to the list, which tells what was done. */
function back(visit: CommunityVisit, list: List<ListedRequest>, done: 'accepted' | 'acceptedUntold' | 'refused' | 'refusedUntold'): void {
  visit.lead(listAddress(visit, list, { done, number: numberOf(visit.request) }));
}

/** Requests that wait, the oldest first, or that were decided, the newest first. */
function requestList(world: World): List<ListedRequest> & { readonly bulk: Bulk<ListedRequest> } {
  const read = readRequests(world);
  return {
    name: 'requests',
    words: 'request',
    filters: { state: (given) => STATES.find((state) => state === given) },
    columns: ({ text: { say, theirs, date }, own, now }, state) => [
      { name: 'number', cell: ({ request }) => request, text: ({ request }) => request },
      {
        name: 'name',
        cell: ({ request, name }) =>
          html`<a href="${address(`${own}/requests/${request}`, listValues(state))}">${name === undefined ? say('request.deleted') : theirs(name)}</a>`,
        text: ({ name }) => name ?? '',
      },
      { name: 'building', cell: ({ building }) => theirs(building ?? ''), text: ({ building }) => building ?? '' },
      { name: 'from', text: ({ address: from, ...asked }) => `${say(wayOf(asked))} ${from ?? ''}` },
      { name: 'at', text: ({ at }) => at.toISOString() },
      { name: 'state', text: ({ state: became }) => say(`request.${became}`) },
      { name: 'decidedBy', text: ({ decided }) => decided?.by ?? '' },
      { name: 'why', text: ({ decided }) => decided?.reason ?? '' },
      {
        ...{ name: 'when', isBlock: true },
        cell: ({ at, decided, state: became }) =>
          decided
            ? html`${say(`request.${became}`)} · ${theirs(decided.by)} · ${whole(date(decided.at))}`
            : html`${whole(date(at))} · ${ageOf(say, at, now)}`,
      },
    ],
    read: async (visit, { filter, after }, limit) => {
      const wanted = { state: filter.state === 'decided' ? filter.state : 'pending', after: numberIn(after), limit } as const;
      const slug = visit.community._id;
      const { requests, more } = await read(slug, wanted, visit.reader('requests'));
      const counted = wanted.state === 'pending' ? await waitingRequests(world, slug, visit.reader('waiting')) : {};
      return { rows: requests, next: more ? requests.at(-1)?.request : undefined, ...counted };
    },
    done: ({ text, request }) => {
      const done = oneOf(request, 'done', ['', 'accepted', 'acceptedUntold', 'refused', 'refusedUntold', 'refusedAll', 'refusedSome']);
      const number = numberIn(request.query.number);
      return done && number ? text.say(`request.done.${done}`, { number, untold: numberIn(request.query.untold) ?? 0 }) : undefined;
    },
    above: (visit, { filter: { state = 'pending' } }) => [
      peopleNav(visit, 'requests'),
      views(visit.text, `${visit.own}/requests`, 'state', STATES, state, 'request.view'),
    ],
    bulk: {
      path: 'requests/refuse',
      keyOf: ({ request }) => String(request),
      labelOf: ({ request, name }) => `${request} ${name ?? ''}`,
      form: (visit, mistakes) => {
        const { say } = visit.text;
        if (!visit.may('refuseRequest') || visit.request.query.state === 'decided') return undefined;
        const given = { value: oneLine(visit, 'refusal'), mistake: mistakes.refusal };
        return html`<h2>${say('request.refuseTicked')}</h2>
${field({ name: 'refusal', label: say('request.refusal'), hint: say('request.refusalHint'), ...given })}<button class="quiet">${say('request.refuseTicked')}</button>`;
      },
    },
  };
}

/** The word for the way by which a request came. */
function wayOf({ channel, atTable }: Pick<ListedRequest, 'channel' | 'atTable'>): string {
  return atTable ? 'request.atTable' : `channel.${channel}`;
}

function about({ text }: CommunityVisit, { name, building, channel, atTable, address: from, at, state, decided }: ListedRequest): Markup {
  const { say, theirs, date } = text;
  const lines: [string, Markup | string][] = [
    ['name', name === undefined ? say('request.deleted') : theirs(name)],
    ['building', theirs(building ?? '')],
    [
      'from',
      html`${say(wayOf({ channel, ...(atTable && { atTable }) }))} ${from !== undefined && CHANNELS[channel].isPhone ? whole(text.phone(from)) : (from ?? '')}`,
    ],
    ['at', whole(date(at))],
    ['state', say(`request.${state}`)],
    ...(decided ? [['decidedBy', html`${theirs(decided.by)} ${whole(date(decided.at))}`] satisfies [string, Markup]] : []),
    ...(decided?.reason ? [['why', theirs(decided.reason)] satisfies [string, Markup]] : []),
  ];
  return html`<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`request.${line}`)}</dt><dd>${value}</dd>`)}</dl>`;
}

function acceptForm(
  visit: CommunityVisit,
  number: number,
  inList: Values,
  candidates: readonly NearName[],
  isOpen: boolean,
  given: Typed,
  mistakes: Mistakes,
): Markup {
  const { say, theirs } = visit.text;
  const choice = (value: string, label: Markup | string, id: string) =>
    html`<label class="choice"><input type="radio" name="who" value="${value}" id="${id}"${value === given.who ? html` checked` : ''}> <span>${label}</span></label>`;
  const known = candidates.map(({ id, name, building }, index) =>
    choice(`as:${id}`, html`${say('request.as')} ${theirs(name)} · ${theirs(building ?? '')} · ${id}`, `who-${index + 1}`),
  );
  const left = mistakes.who !== undefined && given.who === 'new';
  return html`<section aria-labelledby="accept"><h2 id="accept">${say('request.accept')}</h2>
<form method="post" action="${address(`${visit.own}/requests/${number}/accept`, inList)}">
<fieldset${mistakes.who ? html` aria-describedby="who-mistake"` : ''}><legend>${say('request.who')}</legend>
${mistakes.who ? html`<p class="mistake" id="who-mistake">${mistakes.who}</p>` : ''}
${choice('new', say('request.new'), 'who')}
${left || given.isOther ? html`<label class="choice"><input type="checkbox" name="other" value="yes"${given.isOther ? html` checked` : ''}> <span>${say('request.isOther')}</span></label>` : ''}
${known}
${choice('other', say('request.otherId'), 'who-other')}</fieldset>
${field({ name: 'id', label: say('request.id'), hint: say('request.idHint'), value: given.id, mistake: mistakes.id, attributes: html` class="short"` })}
${field({ name: 'reason', label: say('request.reason'), hint: say('request.reasonHint'), value: given.reason, mistake: mistakes.reason })}
${isOpen ? html`<p>${say('request.needsSecond')}</p>` : ''}<button>${say(isOpen ? 'request.ask' : 'request.accept')}</button></form></section>`;
}

function refuseForm(visit: CommunityVisit, number: number, inList: Values, given: Typed, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  return html`<section aria-labelledby="refuse"><h2 id="refuse">${say('request.refuse')}</h2>
<form method="post" action="${address(`${visit.own}/requests/${number}/refuse`, inList)}">
${field({ name: 'refusal', label: say('request.refusal'), hint: say('request.refusalHint'), value: given.refusal, mistake: mistakes.refusal, isLong: true, attributes: html` maxlength="${LONGEST}"` })}
<button class="quiet">${say('request.refuse')}</button></form></section>`;
}
