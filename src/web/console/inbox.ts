import { Router } from 'express';
import { answerInquiry, closeInquiry, INQUIRY_KINDS, type InboxItem, type InquiryKind, readInbox, readInquiry } from '../../fund/inquiries/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { whole } from '../public/pageText.ts';
import { doneNotice, errorSummary, field, furtherLink, type Mistakes, views } from './frame.ts';
import { address, asked, numberIn, numberOf, oneOf, typed } from './query.ts';
import { ageOf, LATE_MS } from './today.ts';
import type { CommunityVisit, Visits } from './visits.ts';

const EACH = 50;
/** Characters of an answer: some ten messages. */
const LONGEST = 600;
const LONGEST_NOTE = 300;
/** Characters of a text in the list. */
const SHOWN = 60;

interface Typed {
  readonly text: string;
  readonly note: string;
}

/** The inbox: questions, complaints and people to call; the list, one letter, the answer, or that it is done. */
export function inboxPages(world: World, { ofCommunity }: Visits): Router {
  const read = readInbox(world);
  const readOne = readInquiry(world);
  const answer = answerInquiry(world, enqueue(world));
  const close = closeInquiry(world);

  return Router()
    .get(
      '/console/:slug/inbox',
      ofCommunity(async (visit) => {
        const { items, more } = await read(visit.community._id, { ...listOf(visit), limit: EACH }, visit.reader('inbox'));
        await visit.send(visit.text.say('tab.inbox'), listPage(visit, items, more));
      }),
    )
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
        if ('answered' in outcome) return back(visit, outcome.notified ? 'answered' : 'unheard');
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
        if ('done' in outcome) return back(visit, 'closed');
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
    const unsent = letter.answer && given.text + given.note;
    await visit.send(
      title,
      [
        errorSummary(visit.text, mistakes),
        html`<p><a href="${address(`${visit.own}/inbox`, listOf(visit))}">${say('back')}</a></p><h1>${title} <small>${say(`kind.${letter.kind}`)}</small></h1>`,
        html`<div class="sides"><div>${about(visit, letter)}${mayAnswer ? answerForm(visit, letter, given, mistakes) : ''}${unsent ? html`<h2>${say('letter.unsent')}</h2><p class="said">${unsent}</p>` : ''}</div>
<div>${mayAnswer ? closeForm(visit, letter, given, mistakes) : ''}</div></div>`,
      ],
      { status, path: address(`${visit.own}/inbox/${letter.number}`, listOf(visit)) },
    );
  }
}

/** Which list one came from: it stays in the address of everything that is done in it. */
function listOf({ request }: CommunityVisit): { state: 'waiting' | 'answered'; kind: InquiryKind | undefined; after: number | undefined } {
  const kind = asked(request, 'kind');
  return {
    state: oneOf(request, 'state', ['waiting', 'answered']),
    kind: INQUIRY_KINDS.find((each) => each === kind),
    after: numberIn(request.query.after),
  };
}

/** Back to the list, which tells what was done. */
function back(visit: CommunityVisit, done: 'answered' | 'unheard' | 'closed'): void {
  visit.lead(address(`${visit.own}/inbox`, { ...listOf(visit), done, number: numberOf(visit.request) }));
}

function listPage(visit: CommunityVisit, items: readonly InboxItem[], more: boolean): Markup[] {
  const { text, own, now, request: wanted } = visit;
  const { say, theirs, date } = text;
  const list = listOf(visit);
  const path = `${own}/inbox`;
  const done = oneOf(wanted, 'done', ['', 'answered', 'unheard', 'closed']);
  const number = numberIn(wanted.query.number);
  const rows = items.map((item) => {
    const age = now.getTime() - item.at.getTime();
    const when = item.answer
      ? html`${theirs(item.answer.by)} · ${whole(date(item.answer.at))}`
      : html`<span class="${age > LATE_MS ? 'late' : 'age'}">${ageOf(say, item.at, now)}</span>`;
    return html`<tr><td>${item.number}</td><td>${say(`kind.${item.kind}`)}</td><td class="block"><a href="${address(`${path}/${item.number}`, list)}">${words(visit, item)}</a></td><td class="block">${when}</td></tr>
`;
  });
  const heads = ['number', 'kind', 'text', list.state === 'waiting' ? 'age' : 'answeredBy'].map(
    (head) => html`<th scope="col">${say(`letter.${head}`)}</th>`,
  );
  const options = INQUIRY_KINDS.map(
    (kind) => html`<option value="${kind}"${kind === list.kind ? html` selected` : ''}>${say(`kind.${kind}`)}</option>`,
  );
  const last = items.at(-1);
  return [
    doneNotice(done && number ? say(`letter.done.${done}`, { number }) : undefined),
    html`<h1>${say('tab.inbox')}</h1>`,
    views(text, path, 'state', ['waiting', 'answered'], list.state, 'letter.view'),
    html`<form method="get" action="${path}" class="filter" role="search"><input type="hidden" name="state" value="${list.state}">
<div class="field"><label for="kind">${say('letter.kind')}</label><select id="kind" name="kind"><option value="">${say('log.all')}</option>${options}</select></div><button class="quiet">${say('log.filter')}</button></form>`,
    items.length > 0
      ? html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`
      : html`<p>${say('letter.nothing')}</p>`,
    furtherLink(text, more && last ? address(path, { ...list, after: last.number }) : undefined),
  ];
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

function answerForm(visit: CommunityVisit, { number, channel }: InboxItem, given: Typed, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  return html`<section aria-labelledby="answer"><h2 id="answer">${say('letter.answer')}</h2>
<form method="post" action="${address(`${visit.own}/inbox/${number}/answer`, listOf(visit))}">
${field({ name: 'text', label: say('letter.yourAnswer'), hint: say('letter.goes', { way: say(`channel.${channel}`) }), value: given.text, mistake: mistakes.text, isLong: true, attributes: html` maxlength="${LONGEST}"` })}
<button>${say('letter.send')}</button></form></section>`;
}

function closeForm(visit: CommunityVisit, { number }: InboxItem, given: Typed, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  return html`<section aria-labelledby="close"><h2 id="close">${say('letter.close')}</h2>
<form method="post" action="${address(`${visit.own}/inbox/${number}/close`, listOf(visit))}">
${field({ name: 'note', label: say('letter.note'), hint: say('letter.noteHint'), value: given.note, mistake: mistakes.note, attributes: html` maxlength="${LONGEST_NOTE}"` })}
<button class="quiet">${say('letter.closeIt')}</button></form></section>`;
}
