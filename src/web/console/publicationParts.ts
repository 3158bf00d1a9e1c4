import type { ListedObjection, PublicationRead, PublishedItem } from '../../fund/meetings/index.ts';
import type { Origin } from '../../fund/proposals/index.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { html, type Markup } from '../html.ts';
import { whole } from '../public/pageText.ts';
import { choice, field, type Mistakes } from './frame.ts';
import { picturePart } from './pictures.ts';
import { address, numberIn } from './query.ts';
import type { CommunityVisit } from './visits.ts';

type Published = NonNullable<PublicationRead['published']>;

/** In characters. */
export const LONGEST = 500;
/** How what a cadre writes down came. */
export const BY_HAND = ['paper', 'walk-in', 'meeting', 'phone'] as const satisfies readonly Origin[];
/** What was typed before, by the field's name. */
export type Typed = Readonly<Record<string, string>>;

/** What stands on the page of a publication: the list, the check, the notice board, objections, and the forms for each. */
export function publicationParts(visit: CommunityVisit, read: PublicationRead, wrote: Typed, mistakes: Mistakes): Markup[] {
  const { say, theirs } = visit.text;
  const { title, published, objections, others, isCurrent } = read;
  const open = objections.filter(({ answer }) => !answer);
  const done = objections.filter(({ answer }) => answer);
  return [
    html`<p>${theirs(title)} · ${say(published ? `publication.state.${published.state}` : 'publication.nothing')}</p>`,
    heldPart(visit, read, wrote, mistakes),
    ...(published ? [publishedPart(visit, read, published), checkForm(visit, read, published, mistakes)] : []),
    ...(published && isCurrent ? [boardPart(visit, read, published, mistakes)] : []),
    publishForm(visit, read),
    html`<section aria-labelledby="objections"><h2 id="objections">${say('publication.objections')}</h2>
${objections.length === 0 ? html`<p>${say('publication.noObjections')}</p>` : ''}
${open.map((objection) => objectionPart(visit, read, objection, mistakes))}${done.map((objection) => objectionPart(visit, read, objection, mistakes))}${others > 0 ? html`<p>${say('publication.others', { count: others })}</p>` : ''}</section>`,
    enterForm(visit, read, wrote, mistakes),
  ];
}

/** That the vote is held back, and for those who may ask for it the way to open it all the same. */
function heldPart(visit: CommunityVisit, { cycle, held, calendar }: PublicationRead, wrote: Typed, mistakes: Mistakes): Markup {
  const { say, date } = visit.text;
  if (!held) return html``;
  const form = visit.may('openAllTheSame')
    ? html`<details${mistakes.why ? html` open` : ''}><summary>${say('publication.openAllTheSame')}</summary><p>${say('publication.openAbout')}</p>
<form method="post" action="${visit.own}/publication/open"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="seen" value="${calendar}">
${field({ name: 'why', label: say('publication.why'), hint: say('publication.whyHint'), value: wrote.why, mistake: mistakes.why, attributes: html` maxlength="${LONGEST}"` })}
<button>${say('publication.askOpen')}</button></form></details>`
    : '';
  return html`<section aria-labelledby="held"><h2 id="held">${say('publication.held')}</h2><p>${say('publication.heldAbout', { at: date(held) })}</p>${form}</section>`;
}

function publishedPart(visit: CommunityVisit, { currency }: PublicationRead, published: Published): Markup {
  const { say, theirs, date } = visit.text;
  const { from, to, by, list, check, changed } = published;
  const days = Math.ceil((to.getTime() - visit.now.getTime()) / DAY_MS);
  const lines: [string, Markup | string][] = [
    ['from', html`${whole(date(from))} · ${theirs(by)}`],
    ['to', html`${whole(date(to))} · ${days > 0 ? say('publication.left', { count: days }) : say('publication.over')}`],
    ['check', check ? html`${theirs(check.by)} · ${whole(date(check.at))}` : say('publication.state.unchecked')],
    ...(changed && !check ? [['changed', whole(date(changed))] satisfies [string, Markup]] : []),
    ...(check?.finding === undefined ? [] : [['finding', theirs(check.finding)] satisfies [string, Markup]]),
  ];
  return html`<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`publication.${line}`)}</dt><dd>${value}</dd>`)}</dl>
${listPart(visit, list, currency)}`;
}

function listPart({ text: { say, theirs, money } }: CommunityVisit, list: readonly PublishedItem[], currency: string): Markup {
  const heads = ['number', 'what', 'cost'].map((head) => html`<th scope="col">${say(`publication.${head}`)}</th>`);
  const rows = list.map(
    ({ number, title, short, cost }) =>
      html`<tr><td>${number}</td><td>${theirs(title)}${short === undefined ? '' : html`<br><small>${say('publication.short')}${theirs(short)}</small>`}</td><td>${cost === null ? say('publication.noCost') : money(cost, currency)}</td></tr>
`,
  );
  return html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

function checkForm(visit: CommunityVisit, { cycle, isBefore, ballot }: PublicationRead, { number, check }: Published, mistakes: Mistakes): Markup {
  const { say, theirs } = visit.text;
  if (!isBefore || !visit.may('checkPublication') || (check && check.finding === undefined)) return html``;
  return html`<section aria-labelledby="checking"><h2 id="checking">${say('publication.checking')}</h2><p>${say('publication.checkingAbout')} <a href="${visit.own}/ballot">${say('tab.ballot')}</a></p>
<ul>${ballot.projects.map(({ number, title, category, place, due, detail }) => html`<li>${number} ${theirs([title, category, place, due, detail].filter(Boolean).join(' · '))}</li>`)}</ul>
<form method="post" action="${visit.own}/publication/check"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="number" value="${number}"><input type="hidden" name="ballot" value="${ballot.mark}">
<button name="is" value="right">${say('publication.isRight')}</button>
${field({ name: 'finding', label: say('publication.finding'), hint: say('publication.findingHint'), mistake: mistakes.finding, isLong: true, attributes: html` maxlength="${LONGEST}"` })}
<button class="quiet" name="is" value="wrong">${say('publication.isWrong')}</button></form></section>`;
}

function boardPart(visit: CommunityVisit, { cycle }: PublicationRead, { number, pictures }: Published, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  const path = `${visit.own}/publication/${cycle}/${number}`;
  return html`<section aria-labelledby="board"><h2 id="board">${say('publication.board')}</h2><p>${say('publication.boardAbout')}</p>
${picturePart(visit, path, pictures, visit.may('keepPicture'), mistakes)}</section>`;
}

function publishForm(visit: CommunityVisit, { cycle, isBefore, published, coming, currency }: PublicationRead): Markup {
  const { say } = visit.text;
  if (!isBefore || !visit.may('publish')) return html``;
  if (coming.length === 0) return html`<p>${say('publication.not.nothing')}</p>`;
  const isAgain = published !== undefined;
  const form = html`${listPart(visit, coming, currency)}<form method="post" action="${visit.own}/publication"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="seen" value="${published?.number ?? 0}">
<p>${say(isAgain ? 'publication.againAbout' : 'publication.publishAbout')}</p><button>${say(isAgain ? 'publication.again' : 'publication.publish')}</button></form>`;
  if (isAgain) return html`<details><summary>${say('publication.again')}</summary>${form}</details>`;
  return html`<section aria-labelledby="publishing"><h2 id="publishing">${say('publication.coming')}</h2>${form}</section>`;
}

function objectionPart(visit: CommunityVisit, { cycle, isCurrent }: PublicationRead, objection: ListedObjection, mistakes: Mistakes): Markup {
  const { say, theirs, date } = visit.text;
  const { number, about, text, at, due, origin, writtenBy, answer } = objection;
  const isLate = !answer && due <= visit.now;
  const until = answer
    ? ''
    : html` · <span class="age${isLate ? ' late' : ''}">${say(isLate ? 'publication.late' : 'publication.due', { at: date(due) })}</span>`;
  const name = `answer-${number}`;
  const form = visit.may('answerObjection')
    ? html`<form method="post" action="${address(`${visit.own}/publication/objections/${number}/answer`, { cycle: isCurrent ? undefined : cycle })}"><input type="hidden" name="cycle" value="${cycle}">
${field({ name, label: say('publication.yourAnswer'), hint: say('publication.answerHint'), mistake: mistakes[name], isLong: true, attributes: html` maxlength="${LONGEST}"` })}<button>${say('publication.answer')}</button></form>`
    : '';
  return html`<section class="earlier" aria-labelledby="objection-${number}"><h3 id="objection-${number}">${say('publication.objection', { number })} <small>${about === undefined ? say('publication.ofAll') : say('publication.ofOne', { number: about })}</small></h3>
<p class="when">${whole(date(at))} · ${say(`publication.origin.${origin}`)}${writtenBy === undefined ? '' : html` · ${theirs(writtenBy)}`}${until}</p><p class="said asked">${theirs(text)}</p>
${answer ? html`<p class="said ours">${theirs(answer.text)}</p><p>${theirs(answer.by)} · ${whole(date(answer.at))}</p>` : form}</section>`;
}

function enterForm(visit: CommunityVisit, { cycle, takesObjections }: PublicationRead, wrote: Typed, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  if (!takesObjections || !visit.may('enterObjection')) return html``;
  const origins = BY_HAND.map((value) => ({ value, label: say(`publication.origin.${value}`) }));
  const how = choice({ name: 'origin', label: say('publication.came'), value: wrote.origin, values: origins });
  const about = { name: 'phone', label: say('publication.phone'), hint: say('publication.phoneHint'), value: wrote.phone, mistake: mistakes.phone };
  const phone = field({ ...about, attributes: html` type="tel" autocomplete="off"` });
  const inquiry = numberIn(wrote.inquiry);
  return html`<section aria-labelledby="entering"><h2 id="entering">${say('publication.entering')}</h2>
<form method="post" action="${visit.own}/publication/objections"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="key" value="${wrote.key ?? ''}">
${field({ name: 'text', label: say('publication.text'), value: wrote.text, mistake: mistakes.text, isLong: true, attributes: html` maxlength="${LONGEST}"` })}
${field({ name: 'about', label: say('publication.about'), hint: say('publication.aboutHint'), value: wrote.about, mistake: mistakes.about, attributes: html` class="short" inputmode="numeric"` })}
${inquiry === undefined ? html`${how}${phone}` : html`<input type="hidden" name="inquiry" value="${inquiry}"><p>${say('publication.fromInquiry', { number: inquiry })}</p>`}
<button>${say('publication.enter')}</button></form></section>`;
}
