import { Router } from 'express';
import { answerInquiry, closeInquiry, INQUIRY_KINDS, type InboxItem, readInbox, readInquiry } from '../../fund/inquiries/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { whole } from '../public/pageText.ts';
import { choice, errorSummary, field, filterForm, type Mistakes, views } from './frame.ts';
import { type List, listAddress, listRoutes } from './list.ts';
import { keptIn, listValues } from './listState.ts';
import { address, numberIn, numberOf, oneOf, typed, type Values } from './query.ts';
import { ageOf, LATE_MS } from './today.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** Characters of an answer: some ten messages. */
const LONGEST = 600;
const LONGEST_NOTE = 300;
const STATES = ['waiting', 'answered'] as const;
/** Characters of a text in the list. */
const SHOWN = 60;

interface Typed {
  readonly text: string;
  readonly note: string;
}

/** The inbox: questions, complaints and people to call; the list, one letter, the answer, or that it is done. */
export function inboxPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const list = inboxList(world);
  const readOne = readInquiry(world);
  const answer = answerInquiry(world, enqueue(world));
  const close = closeInquiry(world);

  return Router()
    .use(listRoutes(known, list))
    .get(
      '/console/:slug/inbox/:number',
      ofCommunity((visit) => show(visit, { text: '', note: '' }, {}, 200)),
    )
    .post(
      '/console/:slug/inbox/:number/answer',
      ofCommunity(async (visit) => {
        const { community, text } = visit;
        const given = { text: typed(visit.request, 'text', LONGEST), note: '' };
        const actor = visit.doer('answerInquiry');
        const written = cleanText(given.text);
        if (written === '' && visit.may('answerInquiry')) return show(visit, given, { text: text.say('letter.noAnswer') }, 422);
        const outcome = await answer({ community: community._id, number: numberOf(visit.request), text: written, actor });
        if ('answered' in outcome) return back(visit, list, outcome.notified ? 'answered' : 'unheard');
        if (outcome.refused !== 'answered') throw new Refusal(404, 'There is no such letter.');
        await show(visit, given, { form: text.say('letter.stale') }, 409);
      }),
    )
    .post(
      '/console/:slug/inbox/:number/close',
      ofCommunity(async (visit) => {
        const { community, text } = visit;
        const given = { text: '', note: cleanText(typed(visit.request, 'note', LONGEST_NOTE)) };
        const actor = visit.doer('closeInquiry');
        if (given.note === '' && visit.may('closeInquiry')) return show(visit, given, { note: text.say('letter.noNote') }, 422);
        const outcome = await close({ community: community._id, number: numberOf(visit.request), note: given.note, actor });
        if ('done' in outcome) return back(visit, list, 'closed');
        if (outcome.refused !== 'answered') throw new Refusal(404, 'There is no such letter.');
        await show(visit, given, { form: text.say('letter.stale') }, 409);
      }),
    );

  /** One letter as it is now, with what was typed before. */
  async function show(visit: CommunityVisit, given: Typed, mistakes: Mistakes, status: number): Promise<void> {
    const slug = visit.community._id;
    const { say } = visit.text;
    const letter = await readOne(slug, numberOf(visit.request), visit.reader('inbox'));
    if (!letter) throw new Refusal(404, 'There is no such letter.');
    const mayAnswer = !letter.answer && visit.may('answerInquiry');
    const title = say('letter.title', { number: letter.number });
    const inList = keptIn(list, visit.request);
    const unsent = letter.answer && given.text + given.note;
    await visit.send(
      title,
      [
        errorSummary(visit.text, mistakes),
        html`<p><a href="${listAddress(visit, list)}">${say('back')}</a></p><h1>${title} <small>${say(`kind.${letter.kind}`)}</small></h1>`,
        html`<div class="sides"><div>${about(visit, letter)}${mayAnswer ? answerForm(visit, letter, inList, given, mistakes) : ''}${unsent ? html`<h2>${say('letter.unsent')}</h2><p class="said">${unsent}</p>` : ''}</div>
<div>${mayAnswer ? closeForm(visit, letter, inList, given, mistakes) : ''}</div></div>`,
      ],
      { status, path: address(`${visit.own}/inbox/${letter.number}`, inList) },
    );
  }
}

/** Back to the list, which tells what was done. */
function back(visit: CommunityVisit, list: List<InboxItem>, done: 'answered' | 'unheard' | 'closed'): void {
  visit.lead(listAddress(visit, list, { done, number: numberOf(visit.request) }));
}

/** What waits, the oldest first, or what was answered, the newest first; all kinds, or one. */
function inboxList(world: World): List<InboxItem> {
  const read = readInbox(world);
  return {
    name: 'inbox',
    words: 'letter',
    filters: {
      state: (given) => STATES.find((state) => state === given),
      kind: (given) => INQUIRY_KINDS.find((kind) => kind === given),
    },
    columns: (visit, state) => {
      const { say, theirs, date } = visit.text;
      const path = (item: InboxItem) => address(`${visit.own}/inbox/${item.number}`, listValues(state));
      const age = ({ at }: InboxItem) =>
        html`<span class="${visit.now.getTime() - at.getTime() > LATE_MS ? 'late' : 'age'}">${ageOf(say, at, visit.now)}</span>`;
      return [
        { name: 'number', cell: ({ number }) => number, text: ({ number }) => number },
        { name: 'kind', cell: ({ kind }) => say(`kind.${kind}`), text: ({ kind }) => say(`kind.${kind}`) },
        {
          ...{ name: 'text', isBlock: true },
          cell: (item) => html`<a href="${path(item)}">${words(visit, item)}</a>`,
          text: ({ text }) => text,
        },
        { name: 'from', text: ({ channel, address: from }) => `${say(`channel.${channel}`)} ${from ?? ''}` },
        { name: 'at', text: ({ at }) => at.toISOString() },
        ...(state.filter.state === 'answered' ? [] : [{ name: 'age', cell: age, isBlock: true }]),
        {
          ...{ name: 'answeredBy', isBlock: true },
          ...(state.filter.state === 'answered' && {
            cell: ({ answer }: InboxItem) => (answer ? html`${theirs(answer.by)} · ${whole(date(answer.at))}` : ''),
          }),
          text: ({ answer }) => answer?.by ?? '',
        },
        { name: 'answer', text: ({ answer }) => answer?.text ?? '' },
      ];
    },
    read: async (visit, { filter, after }, limit) => {
      const kind = INQUIRY_KINDS.find((each) => each === filter.kind);
      const wanted = { state: filter.state === 'answered' ? filter.state : 'waiting', kind, after: numberIn(after), limit } as const;
      const { items, more } = await read(visit.community._id, wanted, visit.reader('inbox'));
      return { rows: items, next: more ? items.at(-1)?.number : undefined };
    },
    done: ({ text, request }) => {
      const done = oneOf(request, 'done', ['', 'answered', 'unheard', 'closed']);
      const number = numberIn(request.query.number);
      return done && number ? text.say(`letter.done.${done}`, { number }) : undefined;
    },
    above: ({ text, own }, { filter: { state = 'waiting', kind } }) => {
      const kinds = INQUIRY_KINDS.map((value) => ({ value, label: text.say(`kind.${value}`) }));
      const values = [{ value: '', label: text.say('list.all') }, ...kinds];
      return [
        views(text, `${own}/inbox`, 'state', STATES, state, 'letter.view'),
        filterForm(text, `${own}/inbox`, { state }, [choice({ name: 'kind', label: text.say('letter.kind'), value: kind, values })]),
      ];
    },
  };
}

/** The beginning of what was written. */
function words({ text: { say, theirs } }: CommunityVisit, { text, spoken }: InboxItem): Markup | string {
  if (text === '') return say(spoken === undefined ? 'letter.empty' : `letter.spoken.${spoken}`);
  const characters = [...text];
  return theirs(characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN - 1).join('')}…`);
}

function about(visit: CommunityVisit, item: InboxItem): Markup {
  const { say, theirs, date } = visit.text;
  const { text, answer, channel, at, address: from } = item;
  return html`<p class="said">${text === '' ? words(visit, item) : theirs(text)}</p>
<dl class="about-it"><dt>${say('letter.from')}</dt><dd>${say(`channel.${channel}`)} ${from ?? say('letter.deleted')}</dd>
<dt>${say('letter.at')}</dt><dd>${whole(date(at))} · ${ageOf(say, at, visit.now)}</dd></dl>
${
  answer
    ? html`<h2>${say('letter.answer')}</h2><p class="said">${answer.text === '' ? say('letter.closed') : theirs(answer.text)}</p><p>${theirs(answer.by)} · ${whole(date(answer.at))}</p>`
    : ''
}`;
}

function answerForm(visit: CommunityVisit, { number, channel }: InboxItem, inList: Values, given: Typed, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  return html`<section aria-labelledby="answer"><h2 id="answer">${say('letter.answer')}</h2>
<form method="post" action="${address(`${visit.own}/inbox/${number}/answer`, inList)}">
${field({ name: 'text', label: say('letter.yourAnswer'), hint: say('letter.goes', { way: say(`channel.${channel}`) }), value: given.text, mistake: mistakes.text, isLong: true, attributes: html` maxlength="${LONGEST}"` })}
<button>${say('letter.send')}</button></form></section>`;
}

function closeForm(visit: CommunityVisit, { number }: InboxItem, inList: Values, given: Typed, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  return html`<section aria-labelledby="close"><h2 id="close">${say('letter.close')}</h2>
<form method="post" action="${address(`${visit.own}/inbox/${number}/close`, inList)}">
${field({ name: 'note', label: say('letter.note'), hint: say('letter.noteHint'), value: given.note, mistake: mistakes.note, attributes: html` maxlength="${LONGEST_NOTE}"` })}
<button class="quiet">${say('letter.closeIt')}</button></form></section>`;
}
