import type { CommunityRecord } from '../../../fund/communities/index.ts';
import { ballotMark, type CycleFile, type Project } from '../../../fund/cycles/index.ts';
import { type BallotChange, type BallotRead, ballotMistakes, readBallot, setBallot, tryBallot } from '../../../fund/files/index.ts';
import { ballotItem, dropProjectPicture, keepProjectPicture } from '../../../fund/projects/index.ts';
import { maskNumbers } from '../../../store/text.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';
import { bar } from '../../public/projectList.ts';
import { doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, type Mistakes, type Tried } from '../frame.ts';
import { NotBegun } from '../notBegun.ts';
import { picturePart } from '../pictures.ts';
import { address, numberIn } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { mistakesIn, projectForm, rulesForm, type Typed } from './ballotForms.ts';

/** A ballot as residents will get it, in the community's language. */
interface Preview {
  /** The segments of the SMS. */
  readonly sms: readonly string[];
  readonly chat: string;
  /** What a call reads, project by project; `notRecorded`: what of it no human voice says yet. */
  readonly call: { readonly lines: readonly string[]; readonly seconds: number; readonly notRecorded: readonly string[] };
}

export type PreviewBallot = (community: CommunityRecord, ballot: CycleFile, closes: Date) => Promise<Preview>;

/** Other changes than that a project or the rules were saved. */
export const [ALL_SAVED, REMOVED, ORDERED] = [{ name: 'ballot.allSaved' }, { name: 'ballot.removed' }, { name: 'ballot.ordered' }];

export type BallotPage = ReturnType<typeof ballotPage>;

/** Shows the ballot and each of its projects, and how residents will get them. */
export function ballotPage(preview: PreviewBallot) {
  return { ballotOf, look, show, showProject };

  async function ballotOf(visit: CommunityVisit): Promise<BallotRead> {
    const ballot = await visit.read(readBallot);
    if (!ballot) throw new NotBegun();
    return ballot;
  }

  /** What the ballot would be with what is typed: on its page, or, for a script, the part of it alone. */
  async function look(visit: CommunityVisit, given: Typed, change: BallotChange, what: 'look' | 'part'): Promise<void> {
    const ballot = await ballotOf(visit);
    const tried = tryBallot(ballot.cycle, change, visit.community.timezone);
    const mistakes = 'wrongs' in tried ? mistakesIn(visit.text, ballotMistakes(tried)) : {};
    const seen = 'ballot' in tried ? await preview(visit.community, tried.ballot, ballot.closes) : undefined;
    const part = html`${errorSummary(visit.text, mistakes)}${seen ? previewPart(visit.text, seen) : ''}`;
    if (what === 'look') return showProject(visit, ballot, given, mistakes, 'wrongs' in tried ? 422 : 200, { seen: seen && part });
    visit.response.type('html').send(part.text);
  }

  async function show(visit: CommunityVisit, rules: Typed | undefined, mistakes: Mistakes, status: number): Promise<void> {
    const { text, own } = visit;
    const { say, userText } = text;
    const ballot = await ballotOf(visit);
    const { cycle, isFrozen, closes } = ballot;
    const count = numberIn(visit.request.query.number) ?? 0;
    const seen = cycle.projects.length > 0 ? await preview(visit.community, cycle, closes) : undefined;
    const mayChange = !isFrozen && visit.may(setBallot);
    await visit.send(
      say('tab.ballot'),
      [
        errorSummary(text, mistakes),
        doneNotice(status === 200 ? doneIn(visit, [setBallot, ALL_SAVED, REMOVED, ORDERED], { count }) : undefined),
        html`<h1>${say('tab.ballot')} <small>${userText(cycle.title)}</small></h1>`,
        isFrozen ? html`<p class="notice">${say('ballot.frozen')}</p>` : html``,
        projectTable(visit, ballot, mayChange),
        rulesForm(visit, ballot, rules, mistakes, mayChange),
        seen ? previewPart(text, seen) : html``,
      ],
      { status, path: `${own}/ballot`, script: 'ballotOrder' },
    );
  }

  async function showProject(
    visit: CommunityVisit,
    ballot: BallotRead,
    given: Typed,
    mistakes: Mistakes,
    status: number,
    { seen, tried = {} }: { readonly seen?: Markup | undefined; readonly tried?: Tried } = {},
  ): Promise<void> {
    const title = visit.text.say(given.at ? 'ballot.change' : 'ballot.add');
    await visit.send(
      title,
      [
        errorSummary(visit.text, mistakes),
        doneNotice(status === 200 ? doneIn(visit, [keepProjectPicture, dropProjectPicture]) : undefined),
        html`<p><a href="${visit.own}/ballot">${visit.text.say('back')}</a></p><h1>${title}</h1>`,
        projectForm(visit, ballot, given, mistakes),
        given.at ? picturesOfOne(visit, ballot, Number(given.at), tried) : html``,
        html`<div id="look" aria-live="polite">${seen ?? ''}</div>`,
      ],
      { status, path: `${visit.own}/ballot`, script: 'ballot' },
    );
  }
}

/** The project of this number on a ballot. */
export function projectAt({ cycle }: BallotRead, number: number): Project {
  const project = cycle.projects.find((each) => each.number === number);
  if (!project) throw new Refusal(404, 'There is no such project.');
  return project;
}

function picturesOfOne(visit: CommunityVisit, { cycle, isFrozen, pictures }: BallotRead, number: number, tried: Tried): Markup {
  const { say } = visit.text;
  const picture = pictures.get(number);
  const given = { at: `/ballot/${cycle._id}/${number}`, tried, pictures: picture ? [picture] : [], takesMore: !isFrozen && !picture };
  return html`<section aria-labelledby="picture-of"><h2 id="picture-of">${say('ballot.picture')}</h2><p>${say('ballot.pictureHint')}</p>
${picturePart(visit, keepProjectPicture, dropProjectPicture, given)}</section>`;
}

/** The projects in the order of their numbers, which is that of the ballot; and what may become one. */
function projectTable(
  { text: { say, userText, money }, own }: CommunityVisit,
  { cycle, proposals, pictures }: BallotRead,
  mayChange: boolean,
): Markup {
  const { projects, currency, budget } = cycle;
  const mayOrder = mayChange && projects.length > 1;
  const numbers = projects.map(({ number }) => number).toSorted((one, other) => one - other);
  const marks = html`<input type="hidden" name="cycle" value="${cycle._id}"><input type="hidden" name="seen" value="${ballotMark(cycle)}">`;
  const heads = (['number', 'title', 'short', 'cost', 'category'] as const).map(
    (head) => html`<th scope="col"${head === 'cost' || head === 'number' ? html` class="num"` : ''}>${say(`ballot.field.${head}`)}</th>`,
  );
  const rows = projects
    .toSorted((one, other) => one.number - other.number)
    .map((project) => {
      const { number, title, cost, category } = project;
      const change = mayChange ? html`<a href="${address(`${own}/ballot/project`, { at: number })}">${userText(title)}</a>` : userText(title);
      const move = mayOrder ? html`<td>${moveForm(number)}</td>` : '';
      return html`<tr${mayOrder ? html` data-number="${number}"` : ''}><td class="num"><b class="no">${say('numbered', { number })}</b></td><td>${change}</td><td>${userText(ballotItem(project).label)}</td><td class="num">${money(cost, currency)}</td><td>${category ? userText(category) : ''}</td><td>${tiny(number)}</td>${move}
${mayChange ? html`<td>${removeForm(number)}</td>` : ''}</tr>
`;
    });
  const table = html`<table class="list"><thead><tr>${heads}<th scope="col">${say('ballot.picture')}</th>${mayOrder ? html`<th scope="col">${say('ballot.order')}</th>` : ''}${mayChange ? html`<th scope="col">${say('ballot.remove')}</th>` : ''}</tr></thead><tbody>${rows}</tbody></table>`;
  const items = proposals.map(
    ({ number, text, cost }) =>
      html`<li><a href="${address(`${own}/ballot/project`, { from: number })}"><b class="no">${say('numbered', { number })}</b>${userText(maskNumbers(text))}</a>${cost === null ? '' : html`<span>${money(cost, currency)}</span>`}</li>`,
  );
  const sum = projects.reduce((all, { cost }) => all + cost, 0);
  const sums =
    projects.length > 0
      ? html`<p class="sum">${say('ballot.sum', { count: projects.length, sum: money(sum, currency), budget: money(budget, currency) })}${bar(sum, budget)}</p>`
      : '';
  const all = html`<form method="post" action="${own}/ballot/all">${marks}<button>${say('ballot.all', { count: items.length })}</button></form>`;
  const dragged = mayOrder
    ? html`<p class="hint">${say('ballot.orderHint')}</p><form method="post" action="${own}/ballot/order" data-order hidden>${marks}<input name="order" value="${numbers.join(' ')}"></form>`
    : '';
  const first = projects.find((project) => /^\d/.test(ballotItem(project).label));
  const digits =
    mayChange && first ? html`<p class="hint">${say('ballot.digitFirst', { text: `${first.number} ${ballotItem(first).label}` })}</p>` : '';
  return html`${sums}${digits}${dragged}${projects.length > 0 ? table : html`<p>${say('ballot.none')}</p>`}
${mayChange ? html`<p><a class="more" href="${own}/ballot/project">${say('ballot.add')}</a></p>` : ''}
${mayChange && items.length > 0 ? html`<section aria-labelledby="from"><h2 id="from">${say('ballot.from')}</h2>${all}<p>${say('ballot.allAbout')}</p><ul class="items">${items}</ul></section>` : ''}`;

  function tiny(number: number): Markup {
    const picture = pictures.get(number);
    const alt = picture?.caption ?? say('ballot.pictureOf', { number });
    return picture ? html`<img class="tiny" src="${own}/pictures/${picture.id}/small.jpg" alt="${alt}" loading="lazy">` : html``;
  }

  /** Two buttons, each with the order that it makes. */
  function moveForm(number: number): Markup {
    const place = numbers.indexOf(number);
    const button = (to: number, name: 'earlier' | 'later') => {
      if (to < 0 || to >= numbers.length) return '';
      const order = numbers.toSpliced(place, 1).toSpliced(to, 0, number).join(' ');
      return html`<button class="quiet step" name="order" value="${order}" aria-label="${say(`ballot.${name}`, { number })}">${name === 'earlier' ? '↑' : '↓'}</button>`;
    };
    return html`<form method="post" action="${own}/ballot/order" class="moves">${marks}${button(place - 1, 'earlier')}${button(place + 1, 'later')}</form>`;
  }

  function removeForm(number: number): Markup {
    return html`<details><summary>${say('ballot.remove')}</summary><form method="post" action="${own}/ballot/remove"><p>${say('ballot.removeAbout')}</p>${marks}<input type="hidden" name="at" value="${number}"><button class="quiet" aria-label="${say('ballot.removeOne', { number })}">${say('ballot.removeSure')}</button></form></details>`;
  }
}

/** The ballot as an SMS with its segments, as a call with its seconds and what is not recorded, and as a chat. */
function previewPart({ say, userText }: PageText<'console'>, { sms, chat, call }: Preview): Markup {
  const parts = sms.map((part) => html`<span class="segment">${userText(part)}</span>`);
  const { lines, seconds, notRecorded } = call;
  return html`<section aria-labelledby="preview"><h2 id="preview">${say('ballot.preview')}</h2>
<h3>${say('ballot.asSms', { count: sms.length })}</h3><p class="said">${parts}</p>
<h3>${say('ballot.asCall', { count: seconds })}</h3><ul class="items">${lines.map((line) => html`<li>${userText(line)}</li>`)}</ul>
${notRecorded.length === 0 ? html`<p>${say('ballot.recorded')}</p>` : html`<details><summary>${say('ballot.notRecorded', { count: notRecorded.length })}</summary><ul class="items">${notRecorded.map((text) => html`<li>${userText(text)}</li>`)}</ul></details>`}
<h3>${say('ballot.asChat')}</h3><p class="said">${userText(chat)}</p></section>`;
}
