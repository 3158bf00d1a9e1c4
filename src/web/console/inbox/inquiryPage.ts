import { CHANNELS } from '../../../contacts/channel.ts';
import {
  answerInquiry,
  closeInquiry,
  type InboxItem,
  leaveInquiry,
  reopenInquiry,
  takeInquiry,
  type WholeInquiry,
  type Writer,
} from '../../../fund/inquiries/index.ts';
import { readRoster } from '../../../fund/people/index.ts';
import type { SpokenItem } from '../../../fund/proposals/index.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { actForm } from '../actForm.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { address, type Values } from '../query.ts';
import { ageOf } from '../today.ts';
import type { CommunityVisit } from '../visits.ts';
import { doneHere, dueIn, words } from './inboxList.ts';
import { player, writeDownForm } from './recordingPages.ts';

/** Answers to start from: those to like questions, and the community's others. */
export interface Starts {
  readonly alike: readonly string[];
  readonly others: readonly string[];
}

interface Shown {
  readonly inquiry: WholeInquiry;
  /** The list from which one came, its address, and what of it stays in addresses. */
  readonly beside: readonly InboxItem[];
  readonly back: string;
  readonly inList: Values;
  /** Answers to start from. */
  readonly starts: Starts;
  readonly sound: SpokenItem | null;
  /** It can be written down as an objection to what is published. */
  readonly mayObject: boolean;
}

/** One inquiry: beside it the list where there is room, below or beside it who wrote. */
export function inquiryPage(visit: CommunityVisit, shown: Shown, tried: Tried): Markup[] {
  const { say } = visit.text;
  const { inquiry, back } = shown;
  const { item } = inquiry;
  const { mistakes = {}, typed: { text = '', note = '' } = {} } = tried;
  const unsent = item.answer && text + note;
  const answer = answerForm(visit, shown, tried);
  const close = closeForm(visit, shown, tried);
  return [
    errorSummary(visit.text, mistakes),
    doneNotice(Object.keys(mistakes).length === 0 ? doneHere(visit) : undefined),
    html`<div class="panes">${listPane(visit, shown)}
<div class="thread" id="inquiry"><p class="back"><a href="${back}">${say('back')}</a></p><h1>${say('inquiry.title', { number: item.number })} <small>${say(`kind.${item.kind}`)}</small></h1>
${earlierOnes(visit, inquiry.before)}
${said(visit, item)}${item.kind === 'call' ? callLink(visit, item) : ''}${shown.sound ? spokenPart(visit, shown.sound) : ''}
${item.answer ? answered(visit, item, shown.inList) : takenPart(visit, shown)}
${unsent ? html`<h2>${say('inquiry.unsent')}</h2><p class="said">${unsent}</p>` : ''}
${item.kind === 'call' ? [close, answer] : [answer, close]}${shown.mayObject ? objectionForm(visit, item) : ''}</div>
${personPane(visit, inquiry)}</div>`,
  ];
}

function listPane(visit: CommunityVisit, { beside, inList, inquiry }: Shown): Markup {
  const { say } = visit.text;
  const items = beside.map((item) => {
    const isCurrent = item.number === inquiry.item.number;
    const about = html`<small>${item.number} · ${say(`kind.${item.kind}`)}${item.answer ? '' : html` · ${dueIn(visit, item)}`}</small>`;
    return html`<li><a href="${address(`${visit.own}/inbox/${item.number}`, inList)}"${isCurrent ? html` aria-current="true"` : ''}>${words(visit, item)}</a><br>${about}</li>`;
  });
  return html`<nav class="beside" aria-label="${say('tab.inbox')}"><a class="skip" href="#inquiry">${say('inquiry.toInquiry')}</a><ul>${items}</ul></nav>`;
}

/** What came from the same phone or chat before: folded, so that what is to be done now stands on top. */
function earlierOnes(visit: CommunityVisit, before: readonly InboxItem[]): Markup {
  if (before.length === 0) return html``;
  return html`<details class="before"><summary>${visit.text.say('inquiry.earlier', { count: before.length })}</summary>${before.map((each) => earlier(visit, each))}</details>`;
}

/** An earlier one, with what was answered. */
function earlier(visit: CommunityVisit, item: InboxItem): Markup {
  const { say, userText, date } = visit.text;
  const answer = item.answer && item.answer.text !== '' ? html`<p class="said ours">${userText(item.answer.text)}</p>` : '';
  return html`<section class="earlier"><h2><a href="${visit.own}/inbox/${item.number}">${say('inquiry.title', { number: item.number })}</a> <small>${date(item.at)}</small></h2>
<p class="said">${item.text === '' ? words(visit, item) : userText(item.text)}</p>${answer}</section>`;
}

function said(visit: CommunityVisit, item: InboxItem): Markup {
  const { userText, date, say } = visit.text;
  const age = item.answer ? '' : ` · ${ageOf(say, item.at, visit.now)}`;
  return html`<p class="when">${noWrap(date(item.at))}${age}</p><p class="said asked">${item.text === '' ? words(visit, item) : userText(item.text)}</p>`;
}

/** A person who wants to be called is called from the phone on which this is read. */
function callLink({ text: { say, phone } }: CommunityVisit, { answer, channel, address: from }: InboxItem): Markup {
  if (answer || from === undefined || !CHANNELS[channel].isPhone) return html``;
  return html`<p><a class="more" href="tel:${from}">${say('inquiry.callThem', { phone: phone(from) })}</a></p>`;
}

function spokenPart(visit: CommunityVisit, spoken: SpokenItem): Markup {
  return html`${player(visit, spoken)}${writeDownForm(visit, spoken, {})}`;
}

function answered(visit: CommunityVisit, { answer, number }: InboxItem, inList: Values): Markup {
  const { say, userText, date } = visit.text;
  if (!answer) return html``;
  return html`<h2>${say('inquiry.answer')}</h2><p class="said ours">${answer.text === '' ? say('inquiry.closed') : userText(answer.text)}</p><p>${userText(answer.by)} · ${noWrap(date(answer.at))}</p>${answer.text === '' && visit.may(reopenInquiry) ? actForm(visit, reopenInquiry, { at: `/inbox/${number}`, tried: {}, kept: inList, isQuiet: true }) : ''}`;
}

/** Who took it, and a button to take it or give it back. */
function takenPart(visit: CommunityVisit, { inquiry: { item }, inList }: Shown): Markup {
  const { text } = visit;
  const { say, userText } = text;
  const { taken, number } = item;
  const isMine = taken !== undefined && taken.who === visit.doer(takeInquiry).id;
  const who = taken === undefined ? say('inquiry.untaken') : isMine ? say('inquiry.mine') : html`${userText(taken.by)} ${say('inquiry.theirs')}`;
  if (!visit.may(takeInquiry)) return html`<p>${who}</p>`;
  const given = { at: `/inbox/${number}`, tried: {}, kept: inList, isQuiet: true };
  const form = isMine
    ? actForm(visit, leaveInquiry, given)
    : actForm(visit, takeInquiry, { ...given, fields: { from: { hidden: taken?.who ?? '' } }, ...(taken && { button: say('inquiry.takeOver') }) });
  return html`<div class="taken"><span>${who}</span>${form}</div>`;
}

function answerForm(visit: CommunityVisit, { inquiry: { item }, inList, starts }: Shown, tried: Tried): Markup {
  const { say, userText } = visit.text;
  if (item.answer || !visit.may(answerInquiry)) return html``;
  const at = `/inbox/${item.number}`;
  const begin = address(`${visit.own}${at}/begin`, inList);
  const kept = (says: readonly string[]) =>
    says.map((start) => html`<li><button class="start" name="start" value="${start}" formaction="${begin}">${userText(start)}</button></li>`);
  const { alike, others } = starts;
  const likest =
    alike.length > 0 ? html`<h3 id="starts">${say('inquiry.starts')}</h3><ul class="starts" aria-labelledby="starts">${kept(alike)}</ul>` : '';
  const rest =
    others.length > 0 ? html`<details><summary>${say('inquiry.otherStarts')}</summary><ul class="starts">${kept(others)}</ul></details>` : '';
  const isBegun = tried.act === answerInquiry && !tried.mistakes;
  return html`<section aria-labelledby="answer"><h2 id="answer">${say('inquiry.answer')}</h2>
${actForm(visit, answerInquiry, {
  ...{ at, tried, kept: inList },
  fields: { text: { hint: say('inquiry.goes', { way: say(`channel.${item.channel}`) }), ...(isBegun && { attributes: html` autofocus` }) } },
  more: html`${likest}${rest}`,
})}</section>`;
}

function closeForm(visit: CommunityVisit, { inquiry: { item }, inList }: Shown, tried: Tried): Markup {
  const { say } = visit.text;
  if (item.answer || !visit.may(closeInquiry)) return html``;
  return html`<section aria-labelledby="close"><h2 id="close">${say('inquiry.close')}</h2>
${actForm(visit, closeInquiry, { at: `/inbox/${item.number}`, tried, kept: inList, fields: { note: { hint: say('inquiry.noteHint') } }, isQuiet: true })}</section>`;
}

/** Leads to the form for objections, with the words and the phone filled in: what was spoken or asked may be one. */
function objectionForm({ text: { say }, own }: CommunityVisit, { text, number }: InboxItem): Markup {
  return html`<section aria-labelledby="objects"><h2 id="objects">${say('inquiry.objects')}</h2><p>${say('inquiry.objectsAbout')}</p>
<form method="post" action="${own}/publication/objections/begin#entering"><input type="hidden" name="text" value="${text}"><input type="hidden" name="inquiry" value="${number}">
<button class="quiet">${say('inquiry.toObjection')}</button></form></section>`;
}

/** Who wrote, and how they are reached. */
function personPane(visit: CommunityVisit, { item, writers, before }: WholeInquiry): Markup {
  const { say, userText, date } = visit.text;
  const { channel, address: from } = item;
  const number =
    from !== undefined && CHANNELS[channel].isPhone ? html`<a href="tel:${from}">${visit.text.phone(from)}</a>` : (from ?? say('inquiry.deleted'));
  const known = writers.map((writer) => html`<dd>${oneWriter(visit, writer)}</dd>`);
  return html`<aside class="person" aria-labelledby="person"><h2 id="person">${say('inquiry.person')}</h2>
<dl class="about-it"><dt>${say('inquiry.who')}</dt>${known.length > 0 ? known : html`<dd>${say('inquiry.unknown')}</dd>`}
<dt>${say('inquiry.from')}</dt><dd>${say(`channel.${channel}`)} ${number}</dd>
<dt>${say('inquiry.at')}</dt><dd>${noWrap(date(item.at))}</dd>
${item.answer ? '' : html`<dt>${say('inquiry.due')}</dt><dd>${dueIn(visit, item)}</dd>`}
${item.taken ? html`<dt>${say('inquiry.takenBy')}</dt><dd>${userText(item.taken.by)}</dd>` : ''}
<dt>${say('inquiry.before')}</dt><dd>${before.length === 0 ? say('inquiry.first') : say('inquiry.howMany', { count: before.length })}</dd></dl></aside>`;
}

/** By name, with a link to their page in People; a resident who was deleted has no page. */
function oneWriter({ text: { userText, say }, own, may }: CommunityVisit, { resident, name, building, id }: Writer): Markup {
  const called = html`<b>${userText(name ?? say('inquiry.nameless'))}</b>`;
  const link = id !== undefined && may(readRoster) ? html`<a href="${own}/people/${resident}">${called}</a>` : called;
  const rest = [building, id === undefined ? undefined : say('inquiry.rosterId', { id })].filter((part) => part !== undefined);
  return html`${link}${rest.map((part) => html` · ${part}`)}`;
}
