import type { Router } from 'express';
import { CHANNELS } from '../../../contacts/channel.ts';
import { sayPhoneMasked } from '../../../dialog/formats/formatters.ts';
import { createBroadcast } from '../../../outreach/broadcasts/changeBroadcast.ts';
import { audiences, checkBroadcast, sendBroadcast } from '../../../outreach/broadcasts/checkBroadcast.ts';
import type { BroadcastDeps } from '../../../outreach/broadcasts/planBroadcast.ts';
import {
  type BroadcastSeen,
  countBroadcast,
  type MessageSeen,
  readBroadcast,
  readBroadcasts,
  readMessages,
} from '../../../outreach/broadcasts/readBroadcasts.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { routes } from '../../routes.ts';
import { actRoutes, doneAt } from '../actForm.ts';
import { choice, filterForm, type Mistakes, type Tried, views } from '../frame.ts';
import { type List, listRoutes, through } from '../list.ts';
import { asked, numberIn, oneOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { checkPage, draftOf, mistakesOf, newPage, type Typed, typedIn } from './newPage.ts';
import { AGAIN, CHANGES, onePage, shownOf } from './onePage.ts';
import { progressStreams, type StreamsDeps } from './streams.ts';
import { audienceWords, isMoving, progressWords, reasonWords, SHOWN_STATES, shownState, standingWords, statesOf } from './words.ts';

export interface MessagesDeps extends StreamsDeps {
  readonly broadcasts: BroadcastDeps;
}

/** Without scripts a page with something under way is loaded again so often. Seconds. */
const RELOAD_S = 15;

/** Messages to many: the list, a new one with its check, one of them while it runs, and what became of each message. */
export function messagePages(world: World, known: Visits, { broadcasts, ...streaming }: MessagesDeps): Router {
  const { ofCommunity } = known;
  const check = checkBroadcast(world, broadcasts);
  const send = sendBroadcast(world, broadcasts);
  const stream = progressStreams(world, streaming);
  const path = '/console/:slug/messages';

  return routes()
    .use(
      listRoutes(known, messageList()),
      listRoutes(known, eachList(wantedOne)),
      actRoutes(known, CHANGES, {
        show: showOne,
        onward: (visit, act) => visit.lead(doneAt(visit, `/messages/${String(visit.request.params.id)}`, act)),
      }),
    )
    .page(`${path}/new`, ofCommunity, (visit) => showForm(visit, { to: asked(visit.request, 'to') ?? '', text: '', at: '' }))
    .form(`${path}/new`, ofCommunity, (visit) => showForm(visit, typedIn(visit)))
    .form(`${path}/check`, ofCommunity, async (visit) => {
      const given = typedIn(visit);
      const outcome = await check(draftOf(visit, given), visit.doer(createBroadcast));
      if ('refused' in outcome) return showForm(visit, given, mistakesOf(visit, outcome));
      await visit.send(visit.text.say('message.checkTitle'), checkPage(visit, given, outcome.check, false), { path: `${visit.own}/messages/new` });
    })
    .form(`${path}/send`, ofCommunity, async (visit) => {
      const given = typedIn(visit);
      const outcome = await send(draftOf(visit, given), typed(visit.request, 'mark'), visit.doer(createBroadcast));
      if ('refused' in outcome) return showForm(visit, given, mistakesOf(visit, outcome));
      if ('sent' in outcome) return visit.lead(doneAt(visit, `/messages/${outcome.sent._id}`, outcome.isNew ? createBroadcast : AGAIN));
      const content = checkPage(visit, given, outcome.changed, true);
      await visit.send(visit.text.say('message.checkTitle'), content, { status: 409, path: `${visit.own}/messages/new` });
    })
    .page(`${path}/:id`, ofCommunity, (visit) => showOne(visit, {}, 200))
    .page(`${path}/:id/events`, ofCommunity, async (visit) => {
      const { _id, progress } = await wantedOne(visit);
      if (isMoving(progress)) stream(visit, _id, (now) => shownOf(visit, now));
      else visit.response.status(204).end(); // a browser does not ask again
    });

  async function showOne(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const broadcast = await wantedOne(visit);
    const content = onePage(visit, broadcast, await countBroadcast(broadcast), tried);
    const moving = isMoving(broadcast.progress) ? ({ script: 'progress', reloadsIn: RELOAD_S } as const) : {};
    await visit.send(visit.text.say('message.title'), content, { ...moving, status, path: pageOf(visit) });
  }

  async function showForm(visit: CommunityVisit, given: Typed, mistakes: Mistakes = {}): Promise<void> {
    const found = await audiences(world, visit.community._id, visit.doer(createBroadcast));
    const status = Object.keys(mistakes).length > 0 ? 422 : 200;
    await visit.send(visit.text.say('message.new'), newPage(visit, given, found, mistakes), { status, path: `${visit.own}/messages/new` });
  }

  /** The broadcast of the address; there is nothing where it is another community's. */
  async function wantedOne(visit: CommunityVisit): Promise<BroadcastSeen> {
    const found = await visit.read(readBroadcast, String(visit.request.params.id));
    if (!found) throw new Refusal(404, 'There is no such message.');
    return found;
  }
}

function pageOf({ own, request }: CommunityVisit): string {
  return `${own}/messages/${String(request.params.id)}`;
}

const WHICH = ['all', 'coming', 'paused'] as const;
/** Characters of a text in the list. */
const SHOWN = 60;

/** What was sent to many and what is planned, the newest first. */
function messageList(): List<BroadcastSeen, PageKeyIn<'console', 'message'>> {
  return {
    name: 'messages',
    title: ({ text }) => text.say('tab.messages'),
    head: (column) => `message.${column}`,
    nothing: 'message.nothing',
    filters: { which: (given) => WHICH.find((which) => which === given) },
    columns: (visit) => {
      const { text, own } = visit;
      const { userText, date } = text;
      return [
        { name: 'at', cell: ({ dueAt }) => noWrap(date(dueAt)), text: ({ dueAt }) => dueAt.toISOString() },
        {
          name: 'text',
          isBlock: true,
          cell: (broadcast) => html`<a href="${own}/messages/${broadcast._id}">${userText(beginning(broadcast.text))}</a>`,
          text: (broadcast) => broadcast.text,
        },
        { name: 'whom', cell: (broadcast) => audienceWords(text, broadcast), text: ({ to }) => to },
        { name: 'by', cell: ({ by }) => userText(by), text: ({ by }) => by },
        {
          name: 'state',
          isBlock: true,
          cell: ({ progress }) => html`<b>${standingWords(visit, progress)}</b> ${progressWords(text, progress)}`,
          text: ({ progress }) => standingWords(visit, progress),
        },
        { name: 'howFar', text: ({ progress }) => progressWords(text, progress) },
      ];
    },
    read: through(readBroadcasts, async (ask, _, { filter, after }, limit) => {
      const skip = numberIn(after) ?? 0;
      const which = WHICH.find((each) => each === filter.which) ?? 'all';
      const { broadcasts, more } = await ask({ which, skip, limit });
      return { rows: broadcasts, next: more ? skip + limit : undefined };
    }),
    above: ({ text, own, may }, { filter: { which = 'all' } }) => [
      html`<p class="acts">${may(createBroadcast) ? html`<a class="more" href="${own}/messages/new">${text.say('message.new')}</a>` : ''} <a href="${own}/group-texts">${text.say('group.texts')}</a></p>`,
      views(text, `${own}/messages`, 'which', WHICH, which, (value) => `message.which.${value}`),
    ],
  };
}

function beginning(text: string): string {
  const characters = [...text];
  return characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN - 1).join('')}…`;
}

/** What became of each message of one broadcast, with its phone masked. `wantedOne`: the broadcast of the address. */
function eachList(wantedOne: (visit: CommunityVisit) => Promise<BroadcastSeen>): List<MessageSeen, PageKeyIn<'console', 'message'>> {
  return {
    name: 'messages/:id/each',
    title: ({ text }) => text.say('message.each'),
    head: (column) => `message.${column}`,
    nothing: 'message.nothing',
    filters: { state: (given) => SHOWN_STATES.find((state) => state === given) },
    columns: ({ text }) => {
      const { say, date } = text;
      const shown = ({ state }: MessageSeen) => say(`message.stateOf.${shownState(state)}`);
      return [
        { name: 'phone', cell: (message) => noWrap(masked(message)), text: masked },
        { name: 'channel', cell: ({ channel }) => say(`channel.${channel}`), text: ({ channel }) => say(`channel.${channel}`) },
        { name: 'state', cell: shown, text: shown },
        { name: 'reason', isBlock: true, cell: ({ reason }) => reasonWords(text, reason), text: ({ reason }) => reasonWords(text, reason) },
        { name: 'changed', cell: ({ changedAt }) => noWrap(date(changedAt)), text: ({ changedAt }) => changedAt.toISOString() },
      ];
    },
    read: through(readMessages, async (ask, visit, { filter, after }, limit) => {
      const broadcast = await wantedOne(visit);
      const skip = numberIn(after) ?? 0;
      const shown = SHOWN_STATES.find((each) => each === filter.state);
      const wanted = { states: shown && statesOf(shown), skip, limit };
      const { messages, more } = await ask(broadcast, wanted);
      return { rows: messages, next: more ? skip + limit : undefined };
    }),
    above: ({ text, own, request }) => {
      const { say } = text;
      const page = `${own}/messages/${String(request.params.id)}`;
      const values = ['' as const, ...SHOWN_STATES].map((value) => ({ value, label: say(value === '' ? 'list.all' : `message.stateOf.${value}`) }));
      const state = oneOf(request, 'state', ['', ...SHOWN_STATES]);
      return [
        html`<p><a href="${page}">${say('message.backToIt')}</a></p>`,
        filterForm(text, `${page}/each`, {}, [choice({ name: 'state', label: say('message.state'), value: state, values })]),
      ];
    },
  };
}

/** A phone with its middle hidden; a chat has none, nor does what does not read. */
function masked({ channel, address }: MessageSeen): string {
  return CHANNELS[channel].isPhone && address !== undefined ? sayPhoneMasked(address) : '';
}
