import type { Results } from '../../fund/ballots/index.ts';
import type { Project } from '../../fund/cycles/index.ts';
import { entriesIn } from '../../store/names.ts';
import { maskNumbers } from '../../store/text.ts';
import { html, type Markup } from '../html.ts';
import type { CycleView, Outcome } from './cycleView.ts';
import type { Frame } from './layout.ts';
import { noWrap, type PageText } from './pageText.ts';
import { shownSmall } from './pictures.ts';

/** Which projects of many a reader wants to see; empty: all. */
export interface ProjectsWanted {
  readonly category: string;
  readonly find: string;
}

/** From so many projects on there are contents, a search, and what is said of each behind a tap. */
const MANY_PROJECTS = 13;

/** The projects on the ballot with their costs; no votes. */
export function projectList(view: CycleView, wanted: ProjectsWanted, { pageText, path, hasLanguage }: Frame): Markup {
  const { projects, pictures, cycle, stage, community } = view;
  const { say, money, userText, language } = pageText;
  const title = stage === 'vote' ? say('projects.title') : say('projects.titleBefore');
  const isMany = projects.length >= MANY_PROJECTS;
  const shown = isMany ? projects.filter((project) => isWanted(project, wanted)) : projects;
  const items = shown.map((project) => {
    const { number, title, cost, category, detail, place, due } = project;
    const more = html`${detail ? html`<p>${userText(detail)}</p>` : ''}${whereAndWhen({ place, due }, pageText)}${pictureOf(number)}`;
    const folded = more.text === '' ? '' : html`<details><summary>${say('projects.of.more')}</summary>${more}</details>`;
    return html`<li id="p${number}"><b>${number}</b><div><h3>${userText(title)}</h3><p class="cost">${money(cost, cycle.currency)}${category ? html` <i>${userText(category)}</i>` : ''}</p>${isMany ? folded : more}</div></li>
`;
  });
  return html`<section aria-labelledby="projects">
<h2 id="projects">${title}</h2>
${isMany ? finder() : ''}${
  items.length > 0
    ? html`<ul class="projects">
${items}</ul>`
    : html`<p>${say('projects.none')}</p>`
}
${
  cycle.frozen
    ? html`<h3>${say('projects.rule')}</h3>
${howDecided(view, pageText)}`
    : ''
}
</section>
`;

  /** Search and contents, which need no script. */
  function finder(): Markup {
    const categories = [...new Set(projects.flatMap(({ category }) => category ?? []))];
    const options = categories.map((name) => html`<option value="${name}"${name === wanted.category ? html` selected` : ''}>${name}</option>`);
    const kept = [
      ...(path.includes('cycle=') ? [html`<input type="hidden" name="cycle" value="${cycle._id}">`] : []),
      ...(hasLanguage ? [html`<input type="hidden" name="lang" value="${language === 'en' ? 'en' : 'zh'}">`] : []),
    ];
    const isChosen = wanted.category !== '' || wanted.find !== '';
    return html`<form class="choose" action="/c/${community._id}#projects" role="search">
<p><label for="find">${say('projects.of.find')}</label> <input id="find" name="find" type="search" value="${wanted.find}" maxlength="40"></p>
${categories.length > 1 ? html`<p><label for="category">${say('projects.of.category')}</label> <select id="category" name="category"><option value="">${say('projects.of.every')}</option>${options}</select></p>` : ''}
${kept}<p><button>${say('projects.of.show')}</button></p>
</form>
${isChosen ? html`<p role="status">${say('projects.of.found', { count: shown.length })}</p>` : ''}
<nav class="contents" aria-label="${say('projects.of.title')}">${shown.map(({ number, short, title }) => html`<a href="#p${number}"><b>${number}</b> ${userText(short ?? title)}</a>\n`)}</nav>
`;
  }

  function pictureOf(number: number): Markup {
    const picture = pictures.get(number);
    if (!picture) return html``;
    const caption = picture.caption && maskNumbers(picture.caption);
    return shownSmall(`/c/${community._id}/pictures/${picture.id}`, { ...picture, caption }, say('projects.picture', { number }), pageText);
  }
}

/** Whether it is of the kind that is wanted, and has all words that are looked for, or the number. */
function isWanted({ number, title, short = '', detail = '', place = '', category }: Project, wanted: ProjectsWanted): boolean {
  const words = wanted.find.toLowerCase().split(/\s+/u).filter(Boolean);
  const text = `${title} ${short} ${detail} ${place}`.toLowerCase();
  return (wanted.category === '' || category === wanted.category) && words.every((word) => text.includes(word) || String(number) === word);
}

/** Where a project is built and in which month, as far as it is known. */
export function whereAndWhen({ place, due }: Pick<Project, 'place' | 'due'>, { say, sayMarkup, month, userText }: PageText): Markup {
  const said = [
    ...(place ? [sayMarkup('projects.place', { place: userText(place) })] : []),
    ...(due ? [noWrap(say('projects.due', { month: month(due) }))] : []),
  ];
  return said.length > 0 ? html`<p class="where">${said.map((one, index) => html`${index > 0 ? say('projects.between') : ''}${one}`)}</p>` : html``;
}

/** The result: how many took part, every project's votes as a table with bars, the winners, what is spent, and by which rule. */
export function resultsChart(view: CycleView, pageText: PageText): Markup {
  const { say } = pageText;
  const { outcome } = view;
  if (!outcome) return html``;
  return html`<section aria-labelledby="results">
<h2 id="results">${say('results.title')}</h2>
${outcome.state === 'counted' ? counted(view, outcome.results, pageText) : html`<p class="notice">${whyNoResult(outcome, pageText)}</p>`}
</section>
`;
}

/** Why there is no result yet, or none that is shown. */
export function whyNoResult(outcome: Exclude<Outcome, { state: 'counted' }>, { say, sayMarkup, wholeTime }: PageText): Markup {
  return outcome.state === 'keying'
    ? sayMarkup('results.keying', { until: wholeTime(outcome.until, 'until') })
    : html`${say(`results.${outcome.state}`)}`;
}

function counted(view: CycleView, results: Results, pageText: PageText): Markup {
  const { cycle, projects } = view;
  const { winners, spent, budget, turnout } = results;
  const { say, money, userText } = pageText;
  const all = ranked(projects, results);
  const most = Math.max(1, ...all.map(({ votes }) => votes));
  const rows = all.map(
    ({ number, title, cost, votes, won }) =>
      html`<tr${won ? html` class="won"` : ''}><th scope="row"><b>${number}</b> ${userText(title)} <small>${money(cost, cycle.currency)}</small></th><td class="votes"><span>${votes}</span>${bar(votes, most)}</td><td class="outcome">${say(won ? 'results.won' : 'results.lost')}</td></tr>
`,
  );
  const by = entriesIn(turnout.byChannel).map(([channel, count]) => html`<li>${say(`results.channel.${channel}`)} <b>${count}</b></li>`);
  return html`<p class="sum">${winners.length > 0 ? say('results.chosen', { count: winners.length, spent: money(spent, cycle.currency) }) : say('results.none')}</p>
<p>${say('results.left', { budget: money(budget, cycle.currency), left: money(budget - spent, cycle.currency) })}</p>
<table class="results"><caption>${say('results.table')}</caption>
<thead><tr><th scope="col">${say('results.project')}</th><th scope="col">${say('results.votes')}</th><th scope="col">${say('results.outcome')}</th></tr></thead>
<tbody>
${rows}</tbody></table>
<p>${say('results.turnout', { voters: turnout.voters, residents: turnout.residents })}</p>
${by.length > 0 ? html`<ul class="channels" aria-label="${say('results.byChannel')}">${by}</ul>` : ''}
<h3>${say('results.rule')}</h3>
${howDecided(view, pageText)}`;
}

/** Projects with their votes, the winners first in the order in which they were chosen, the others by votes. */
export function ranked(projects: readonly Project[], { winners, tallies }: Results): (Project & { readonly votes: number; readonly won: boolean })[] {
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const place = (number: number) => (winners.includes(number) ? winners.indexOf(number) : winners.length);
  return projects
    .map((project) => ({ ...project, votes: votes.get(project.number) ?? 0, won: winners.includes(project.number) }))
    .toSorted((one, other) => place(one.number) - place(other.number) || other.votes - one.votes);
}

/** The rule in one or two sentences, the threshold, and the lot that decides ties. */
function howDecided({ cycle: { rule, threshold }, lot }: CycleView, { say }: PageText): Markup {
  return html`<p>${say(`rule.${rule}`)}${threshold > 0 ? say('rule.threshold', { votes: threshold }) : ''}</p>
${lot.length > 0 ? html`<p>${say('rule.lot', { lot: lot.join(say('rule.between')) })}</p>` : ''}`;
}

/** A bar that shows a part of a whole, only for the eye: the numbers are beside it. */
export function bar(part: number, whole: number): Markup {
  const width = whole > 0 ? Math.round(Math.min(1, part / whole) * 1000) / 10 : 0;
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="8"/></svg>`;
}
