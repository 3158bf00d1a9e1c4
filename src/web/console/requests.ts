import type { Router } from 'express';
import { CHANNELS } from '../../contacts/channel.ts';
import { isVoting } from '../../fund/cycles/index.ts';
import { checkRight, type ListedRequest, type NearName, nearNames, readRequest, readRequests, waitingRequests } from '../../fund/people/index.ts';
import { acceptRequest, refuseRequest } from '../../fund/roster/index.ts';
import { cleanText } from '../../store/text.ts';
import type { PageKey, PageKeyIn } from '../../store/textKeys.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { noWrap } from '../public/pageText.ts';
import { routes } from '../routes.ts';
import { actForm, actRoutes, doneIn, type FormGiven, idOf, typedInto } from './actForm.ts';
import { errorSummary, field, mistakeAt, type Tried, views } from './frame.ts';
import { chosenIn, type List, listAddress, listRoutes, showList, through } from './list.ts';
import { keptIn, listValues } from './listState.ts';
import type { Bulk } from './listTicks.ts';
import { peopleNav } from './people/subNav.ts';
import { address, numberIn, numberOf, typed } from './query.ts';
import { ageOf } from './today.ts';
import type { CommunityVisit, Visits } from './visits.ts';

const STATES = ['pending', 'decided'] as const;
/** What is decided, and cannot be told, and several refused at once. */
const [ACCEPTED_UNTOLD, REFUSED_UNTOLD] = [{ name: 'request.acceptedUntold' }, { name: 'request.refusedUntold' }];
const [SEVERAL, SOME_UNTOLD] = [{ name: 'request.refusedAll' }, { name: 'request.refusedSome' }];

/** Requests to join: the list, one of them, and what a cadre decides. */
export function requestPages(known: Visits): Router {
  const { ofCommunity } = known;
  const list = requestList();

  return routes()
    .use(listRoutes(known, list))
    .form('/console/:slug/requests/refuse', ofCommunity, async (visit) => {
      const { community, text } = visit;
      const reason = cleanText(typed(visit.request, 'reason', 300));
      checkRight(visit.doer(refuseRequest), refuseRequest, community._id);
      const taken = await chosenIn(visit, list);
      if ('changed' in taken) return showList(visit, list, { form: text.say('list.changed') }, 409);
      if (taken.keys.length === 0) return showList(visit, list, { form: text.say('list.noneTicked') }, 422);
      if (reason === '')
        return showList(visit, list, { [REASON]: visit.actWords('wrong.empty', { label: visit.actWords('request.refuse.field.reason') }) }, 422);
      const numbers = taken.keys.flatMap((key) => numberIn(key) ?? []);
      let [count, untold] = [0, 0];
      for (const number of numbers) {
        const outcome = await visit.perform(refuseRequest, { at: { number: String(number) }, input: { reason } });
        if (outcome.is !== 'done') continue;
        count += 1;
        if (outcome.result.isUntold) untold += 1;
      }
      visit.lead(
        listAddress(visit, list, {
          tick: undefined,
          all: undefined,
          done: (untold > 0 ? SOME_UNTOLD : SEVERAL).name,
          number: count || undefined,
          untold: untold || undefined,
        }),
      );
    })
    .page('/console/:slug/requests/:number', ofCommunity, (visit) => show(visit, {}, 200))
    .use(
      actRoutes(known, [acceptRequest, refuseRequest], {
        show,
        onward: (visit, act, { isUntold }: { isUntold?: boolean }) =>
          visit.lead(
            listAddress(visit, list, {
              done: (isUntold ? (act === acceptRequest ? ACCEPTED_UNTOLD : REFUSED_UNTOLD) : act).name,
              number: numberOf(visit.request),
            }),
          ),
      }),
    );

  /** One request as it is now, with what was typed before. */
  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const slug = visit.community._id;
    const asking = await visit.read(readRequest, numberOf(visit.request));
    if (!asking) throw new Refusal(404, 'There is no such request.');
    const { name, building } = asking;
    const mayDecide = asking.state === 'pending' && visit.may(acceptRequest) && name !== undefined && building !== undefined;
    const [candidates, isOpen] = mayDecide ? await Promise.all([visit.read(nearNames, { name, building }), isVoting(slug, visit.now)]) : [[], false];
    const title = visit.text.say('request.title', { number: asking.request });
    const inList = keptIn(list, visit.request);
    const at = `/requests/${asking.request}`;
    const path = address(visit.own + at, inList);
    await visit.send(
      title,
      [
        errorSummary(visit.text, tried.mistakes ?? {}),
        html`<p><a href="${listAddress(visit, list)}">${visit.text.say('back')}</a></p><h1>${title}</h1>`,
        html`<div class="sides"><div>${about(visit, asking)}${mayDecide ? acceptForm(visit, { at, kept: inList, tried }, candidates, isOpen) : ''}</div>
<div>${mayDecide ? actForm(visit, refuseRequest, { at, kept: inList, tried, isQuiet: true, in: 'section' }) : ''}</div></div>`,
      ],
      { status, path },
    );
  }
}

/** The id of the reason's field in the list. */
const REASON = idOf(refuseRequest, 'reason');

/** Requests that wait, the oldest first, or that were decided, the newest first. */
function requestList(): List<ListedRequest, PageKeyIn<'console', 'request'>> & { readonly bulk: Bulk<ListedRequest> } {
  return {
    name: 'requests',
    title: ({ text }) => text.say('tab.requests'),
    head: (column) => `request.${column}`,
    nothing: 'request.nothing',
    filters: { state: (given) => STATES.find((state) => state === given) },
    columns: ({ text: { say, userText, date }, own, now }, state) => [
      { name: 'number', cell: ({ request }) => request, text: ({ request }) => request },
      {
        name: 'name',
        cell: ({ request, name }) =>
          html`<a href="${address(`${own}/requests/${request}`, listValues(state))}">${name === undefined ? say('request.deleted') : userText(name)}</a>`,
        text: ({ name }) => name ?? '',
      },
      { name: 'building', cell: ({ building }) => userText(building ?? ''), text: ({ building }) => building ?? '' },
      { name: 'from', text: ({ address: from, takenBy = [], ...asked }) => [say(wayOf(asked)), takenBy.join(say('and')), from ?? ''].join(' ') },
      { name: 'at', text: ({ at }) => at.toISOString() },
      { name: 'state', text: ({ state: became }) => say(`request.${became}`) },
      { name: 'decidedBy', text: ({ decided }) => decided?.by ?? '' },
      { name: 'why', text: ({ decided }) => decided?.reason ?? '' },
      {
        name: 'when',
        isBlock: true,
        cell: ({ at, decided, state: became }) =>
          decided
            ? html`${say(`request.${became}`)} · ${userText(decided.by)} · ${noWrap(date(decided.at))}`
            : html`${noWrap(date(at))} · ${ageOf(say, at, now)}`,
      },
    ],
    read: through(readRequests, async (ask, visit, { filter, after }, limit) => {
      const wanted = { state: filter.state === 'decided' ? filter.state : 'pending', after: numberIn(after), limit } as const;
      const { requests, more } = await ask(wanted);
      const counted = wanted.state === 'pending' ? await visit.read(waitingRequests) : {};
      return { rows: requests, next: more ? requests.at(-1)?.request : undefined, ...counted };
    }),
    done: (visit) => {
      const [number, untold = 0] = [numberIn(visit.request.query.number), numberIn(visit.request.query.untold)];
      const acts = [acceptRequest, ACCEPTED_UNTOLD, refuseRequest, REFUSED_UNTOLD, SEVERAL, SOME_UNTOLD];
      return number ? doneIn(visit, acts, { number, untold }) : undefined;
    },
    above: (visit, { filter: { state = 'pending' } }) => [
      peopleNav(visit, 'requests'),
      views(visit.text, `${visit.own}/requests`, 'state', STATES, state, (value) => `request.view.${value}`),
    ],
    bulk: {
      path: 'requests/refuse',
      keyOf: ({ request }) => String(request),
      labelOf: ({ request, name }) => `${request} ${name ?? ''}`,
      form: (visit, mistakes) => {
        const { say } = visit.text;
        if (!visit.may(refuseRequest) || visit.request.query.state === 'decided') return undefined;
        const [label, hint] = [visit.actWords('request.refuse.field.reason'), visit.actWords('request.refuse.hint.reason')];
        const given = { id: REASON, label, hint, value: typedInto(visit.request, refuseRequest).reason, mistake: mistakes[REASON] };
        return html`<h2>${say('request.refuseTicked')}</h2>
${field({ name: 'reason', ...given })}<button class="quiet">${say('request.refuseTicked')}</button>`;
      },
    },
  };
}

/** The word for the way by which a request came. */
function wayOf({ channel, atTable }: Pick<ListedRequest, 'channel' | 'atTable'>): PageKey<'console'> {
  return atTable ? 'request.atTable' : `channel.${channel}`;
}

type Line = [PageKeyIn<'console', 'request'>, Markup | string];

function about({ text }: CommunityVisit, request: ListedRequest): Markup {
  const { name, building, channel, atTable, takenBy, address: from, at, state, decided } = request;
  const { say, userText, date } = text;
  const lines: Line[] = [
    ['name', name === undefined ? say('request.deleted') : userText(name)],
    ['building', userText(building ?? '')],
    [
      'from',
      html`${say(wayOf({ channel, ...(atTable && { atTable }) }))} ${from !== undefined && CHANNELS[channel].isPhone ? noWrap(text.phone(from)) : (from ?? '')}`,
    ],
    ...(takenBy ? [['takenBy', userText(takenBy.join(say('and')))] satisfies Line] : []),
    ['at', noWrap(date(at))],
    ['state', say(`request.${state}`)],
    ...(decided ? [['decidedBy', html`${userText(decided.by)} ${noWrap(date(decided.at))}`] satisfies Line] : []),
    ...(decided?.reason ? [['why', userText(decided.reason)] satisfies Line] : []),
  ];
  return html`<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`request.${line}`)}</dt><dd>${value}</dd>`)}</dl>`;
}

function acceptForm(visit: CommunityVisit, given: FormGiven, candidates: readonly NearName[], isOpen: boolean): Markup {
  const { tried, at, kept = {} } = given;
  const { say, userText } = visit.text;
  const { typed = {}, mistakes = {} } = tried.act === acceptRequest ? tried : {};
  const fieldOf = (name: 'who' | 'id' | 'reason') => {
    const id = idOf(acceptRequest, name);
    return {
      name,
      id,
      label: visit.actWords(`request.accept.field.${name}`),
      hint: visit.actWordsIf(`request.accept.hint.${name}`),
      value: typed[name],
      mistake: mistakes[id],
    };
  };
  const who = fieldOf('who');
  const choice = (value: string, label: Markup | string, id: string) =>
    html`<label class="choice"><input type="radio" name="who" value="${value}" id="${id}"${value === who.value ? html` checked` : ''}> <span>${label}</span></label>`;
  const known = candidates.map(({ id, name, building }, index) =>
    choice(`as:${id}`, html`${say('request.as')} ${userText(name)} · ${userText(building ?? '')} · ${id}`, `who-${index + 1}`),
  );
  const isOther = typed.isOther === 'yes';
  const left = who.mistake !== undefined && who.value === 'new';
  return html`<section aria-labelledby="accept"><h2 id="accept">${visit.actWords('request.accept.button')}</h2>
<form method="post" action="${address(`${visit.own}${at}/accept`, kept)}">
<fieldset${who.mistake ? html` aria-describedby="${who.id}-mistake"` : ''}><legend>${who.label}</legend>
${mistakeAt(who.id, who.mistake)}
${choice('new', say('request.new'), who.id)}
${left || isOther ? html`<label class="choice"><input type="checkbox" name="isOther" value="yes"${isOther ? html` checked` : ''}> <span>${visit.actWords('request.accept.field.isOther')}</span></label>` : ''}
${known}
${choice('other', say('request.otherId'), 'who-other')}</fieldset>
${field({ ...fieldOf('id'), attributes: html` class="short"` })}
${field(fieldOf('reason'))}
${isOpen ? html`<p>${say('request.needsSecond')}</p>` : ''}<button>${isOpen ? say('request.ask') : visit.actWords('request.accept.button')}</button></form></section>`;
}
