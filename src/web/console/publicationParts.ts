import { openAllTheSame, type Project } from '../../fund/cycles/index.ts';
import {
  answerObjection,
  checkPublication,
  dropBoardPicture,
  enterObjection,
  keepBoardPicture,
  type ListedObjection,
  listMark,
  type PublicationRead,
  type PublishedItem,
  publish,
} from '../../fund/meetings/index.ts';
import { WRITTEN } from '../../fund/proposals/index.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { html, type Markup } from '../html.ts';
import { noWrap } from '../public/pageText.ts';
import { actForm, type FormGiven } from './actForm.ts';
import type { Tried } from './frame.ts';
import { picturePart } from './pictures.ts';
import { numberIn } from './query.ts';
import type { CommunityVisit } from './visits.ts';

type Published = NonNullable<PublicationRead['published']>;

/** What stands on the page of a publication: the list, the check, the notice board, objections, and the forms for each. */
export function publicationParts(visit: CommunityVisit, read: PublicationRead, tried: Tried): Markup[] {
  const { say, userText } = visit.text;
  const { title, published, objections, others, isCurrent } = read;
  const open = objections.filter(({ answer }) => !answer);
  const done = objections.filter(({ answer }) => answer);
  return [
    html`<p>${userText(title)} · ${say(published ? `publication.state.${published.state}` : 'publication.nothing')}</p>`,
    heldPart(visit, read, tried),
    ...(published ? [publishedPart(visit, read, published), differencesPart(visit, read, published), checkForm(visit, read, published, tried)] : []),
    ...(published && isCurrent ? [boardPart(visit, read, published, tried)] : []),
    publishForm(visit, read, tried),
    html`<section aria-labelledby="objections"><h2 id="objections">${say('publication.objections')}</h2>
${objections.length === 0 ? html`<p>${say('publication.noObjections')}</p>` : ''}
${open.map((objection) => objectionPart(visit, read, objection, tried))}${done.map((objection) => objectionPart(visit, read, objection, tried))}${others > 0 ? html`<p>${say('publication.others', { count: others })}</p>` : ''}</section>`,
    enterForm(visit, read, tried),
  ];
}

/** That the vote is held back, and for those who may ask for it the way to open it all the same. */
function heldPart(visit: CommunityVisit, { cycle, held, calendar }: PublicationRead, tried: Tried): Markup {
  const { say, date } = visit.text;
  if (!held) return html``;
  const given = { at: `/publication/${cycle}`, tried, seen: calendar, about: say('publication.openAbout'), button: say('publication.askOpen') };
  const form = visit.may(openAllTheSame)
    ? html`<details${tried.act === openAllTheSame ? html` open` : ''}><summary>${visit.actWords('cycle.openAllTheSame.button')}</summary>${actForm(visit, openAllTheSame, given)}</details>`
    : '';
  return html`<section aria-labelledby="held"><h2 id="held">${say('publication.held')}</h2><p>${say('publication.heldAbout', { at: date(held) })}</p>${form}</section>`;
}

type Line = [PageKeyIn<'console', 'publication'>, Markup | string];

function publishedPart(visit: CommunityVisit, { currency }: PublicationRead, published: Published): Markup {
  const { say, userText, date } = visit.text;
  const { from, to, by, list, check, changed } = published;
  const days = Math.ceil((to.getTime() - visit.now.getTime()) / DAY_MS);
  const lines: Line[] = [
    ['from', html`${noWrap(date(from))} · ${userText(by)}`],
    ['to', html`${noWrap(date(to))} · ${days > 0 ? say('publication.left', { count: days }) : say('publication.over')}`],
    ['check', check ? html`${userText(check.by)} · ${noWrap(date(check.at))}` : say('publication.state.unchecked')],
    ...(changed && !check ? [['changed', noWrap(date(changed))] satisfies Line] : []),
    ...(check?.finding === undefined ? [] : [['finding', userText(check.finding)] satisfies Line]),
  ];
  return html`<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`publication.${line}`)}</dt><dd>${value}</dd>`)}</dl>
${listPart(visit, list, currency)}`;
}

function listPart({ text: { say, userText, money } }: CommunityVisit, list: readonly PublishedItem[], currency: string): Markup {
  const heads = (['number', 'what', 'cost'] as const).map((head) => html`<th scope="col">${say(`publication.${head}`)}</th>`);
  const rows = list.map(
    ({ number, title, short, cost }) =>
      html`<tr><td><b class="no">${say('numbered', { number })}</b></td><td>${userText(title)}${short === undefined ? '' : html`<br><small>${say('publication.short')}${userText(short)}</small>`}</td><td>${cost === null ? say('publication.noCost') : money(cost, currency)}</td></tr>
`,
  );
  return html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** What the list says and what the ballot says, where that is not the same. */
function differencesPart({ text: { say, userText, money } }: CommunityVisit, { currency }: PublicationRead, { differences }: Published): Markup {
  if (differences.length === 0) return html``;
  const cell = (where: 'published' | 'ballot', item: PublishedItem | Project | undefined) => {
    const name = html`<span class="named">${say(`publication.differences.${where}`)} </span>`;
    if (!item) return html`<td class="block">${name}${say('publication.differences.none')}</td>`;
    const { number, title, short, cost } = item;
    return html`<td class="block">${name}<b class="no">${number}</b> ${userText(title)}${short ? html` <small>${say('publication.short')}${userText(short)}</small>` : ''} · ${cost === null ? say('publication.noCost') : noWrap(money(cost, currency))}</td>`;
  };
  const rows = differences.map(({ published, project }) => html`<tr>${cell('published', published)}${cell('ballot', project)}</tr>\n`);
  const heads = (['published', 'ballot'] as const).map((head) => html`<th scope="col">${say(`publication.differences.${head}`)}</th>`);
  return html`<section aria-labelledby="differences"><h2 id="differences">${say('publication.differences.title')}</h2>
<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></section>`;
}

function checkForm(visit: CommunityVisit, { cycle, isBefore, ballot }: PublicationRead, { number, check }: Published, tried: Tried): Markup {
  const { say, userText } = visit.text;
  if (!isBefore || (check && check.finding === undefined)) return html``;
  const buttons = [
    html`<button name="is" value="right">${say('publication.isRight')}</button> `,
    html`<button class="quiet" name="is" value="wrong">${say('publication.isWrong')}</button>`,
  ];
  const fields = { is: { isLeftOut: true }, ballot: { hidden: ballot.mark } } as const;
  const form = actForm(visit, checkPublication, { at: `/publication/${cycle}`, tried, seen: number, fields, buttons });
  if (!visit.may(checkPublication)) return html``;
  return html`<section aria-labelledby="checking"><h2 id="checking">${say('publication.checking')}</h2><p>${say('publication.checkingAbout')} <a href="${visit.own}/ballot">${say('tab.ballot')}</a></p>
<ul>${ballot.projects.map(({ number, title, category, place, due, detail }) => html`<li><b class="no">${say('numbered', { number })}</b>${userText([title, category, place, due, detail].filter(Boolean).join(' · '))}</li>`)}</ul>
${form}</section>`;
}

function boardPart(visit: CommunityVisit, { cycle }: PublicationRead, { number, pictures }: Published, tried: Tried): Markup {
  const { say } = visit.text;
  return html`<section aria-labelledby="board"><h2 id="board">${say('publication.board')}</h2><p>${say('publication.boardAbout')}</p>
${picturePart(visit, keepBoardPicture, dropBoardPicture, { at: `/publication/${cycle}/${number}`, tried, pictures })}</section>`;
}

function publishForm(visit: CommunityVisit, { cycle, isBefore, published, coming, currency }: PublicationRead, tried: Tried): Markup {
  const { say } = visit.text;
  if (!isBefore || !visit.may(publish)) return html``;
  if (coming.length === 0) return html`<p>${say('publication.not.nothing')}</p>`;
  const isAgain = published !== undefined;
  const about = say(isAgain ? 'publication.againAbout' : 'publication.publishAbout');
  const button = isAgain ? say('publication.again') : visit.actWords('publication.publish.button');
  const given = { at: `/publication/${cycle}`, tried, seen: published?.number ?? 0, about, button, fields: { ballot: { hidden: listMark(coming) } } };
  const form = html`${listPart(visit, coming, currency)}${actForm(visit, publish, given)}`;
  if (isAgain) return html`<details><summary>${say('publication.again')}</summary>${form}</details>`;
  return html`<section aria-labelledby="publishing"><h2 id="publishing">${say('publication.coming')}</h2>${form}</section>`;
}

function objectionPart(visit: CommunityVisit, { cycle, isCurrent }: PublicationRead, objection: ListedObjection, tried: Tried): Markup {
  const { say, userText, date } = visit.text;
  const { number, about, text, at, due, origin, writtenBy, answer } = objection;
  const isLate = !answer && due <= visit.now;
  const until = answer
    ? ''
    : html` · <span class="age${isLate ? ' late' : ''}">${say(isLate ? 'publication.late' : 'publication.due', { at: date(due) })}</span>`;
  const path = `/publication/${cycle}/objections/${number}`;
  const form = actForm(visit, answerObjection, { at: path, tried, kept: { cycle: isCurrent ? undefined : cycle } });
  return html`<section class="earlier" aria-labelledby="objection-${number}"><h3 id="objection-${number}">${say('publication.objection', { number })} <small>${about === undefined ? say('publication.ofAll') : say('publication.ofOne', { number: about })}</small></h3>
<p class="when">${noWrap(date(at))} · ${say(`publication.origin.${origin}`)}${writtenBy === undefined ? '' : html` · ${userText(writtenBy)}`}${until}</p><p class="said asked">${userText(text)}</p>
${answer ? html`<p class="said ours">${userText(answer.text)}</p><p>${userText(answer.by)} · ${noWrap(date(answer.at))}</p>` : form}</section>`;
}

function enterForm(visit: CommunityVisit, { cycle, takesObjections }: PublicationRead, tried: Tried): Markup {
  const { say } = visit.text;
  if (!takesObjections || !visit.may(enterObjection)) return html``;
  const origins = WRITTEN.map((value) => ({ value, label: say(`publication.origin.${value}`) }));
  const inquiry = tried.act === enterObjection ? numberIn(tried.typed?.inquiry) : undefined;
  const left = { isLeftOut: true } as const;
  const fields: FormGiven['fields'] =
    inquiry === undefined ? { origin: { values: origins }, inquiry: left } : { origin: left, phone: left, inquiry: { hidden: String(inquiry) } };
  return html`<section aria-labelledby="entering"><h2 id="entering">${say('publication.entering')}</h2>
${inquiry === undefined ? '' : html`<p>${say('publication.fromInquiry', { number: inquiry })}</p>`}${actForm(visit, enterObjection, { at: `/publication/${cycle}`, tried, fields })}</section>`;
}
