import { maskNumbers } from '../../store/text.js';
import { html } from '../html.js';
import { whole } from './pageText.js';
import { shownSmall } from './pictures.js';
/** The projects on the ballot with their costs; no votes. */
export function projectList(view, pageText) {
    const { projects, pictures, cycle, stage, community } = view;
    const { say, money, theirs } = pageText;
    const title = stage === 'vote' ? say('projects.title') : say('projects.titleBefore');
    const items = projects.map(({ number, title, cost, category, detail, place, due, }) => html `<li id="p${number}"><b>${number}</b><div><h3>${theirs(title)}</h3><p class="cost">${money(cost, cycle.currency)}${category ? html ` <i>${theirs(category)}</i>` : ''}</p>${detail ? html `<p>${theirs(detail)}</p>` : ''}${whereAndWhen({ place, due }, pageText)}${pictureOf(number)}</div></li>
`);
    return html `<section aria-labelledby="projects">
<h2 id="projects">${title}</h2>
${items.length > 0
        ? html `<ul class="projects">
${items}</ul>`
        : html `<p>${say('projects.none')}</p>`}
${cycle.frozen
        ? html `<h3>${say('projects.rule')}</h3>
${howDecided(view, pageText)}`
        : ''}
</section>
`;
    function pictureOf(number) {
        const picture = pictures.get(number);
        if (!picture)
            return html ``;
        const caption = picture.caption && maskNumbers(picture.caption);
        return shownSmall(`/c/${community._id}/pictures/${picture.id}`, { ...picture, caption }, say('projects.picture', { number }), pageText);
    }
}
/** Where a project is built and in which month, as far as it is known. */
export function whereAndWhen({ place, due }, { say, tell, month, theirs }) {
    const said = [
        ...(place ? [tell('projects.place', { place: theirs(place) })] : []),
        ...(due ? [whole(say('projects.due', { month: month(due) }))] : []),
    ];
    return said.length > 0 ? html `<p class="where">${said.map((one, index) => html `${index > 0 ? say('projects.between') : ''}${one}`)}</p>` : html ``;
}
/** The result: how many took part, every project's votes as a table with bars, the winners, what is spent, and by which rule. */
export function resultsChart(view, pageText) {
    const { say } = pageText;
    const { outcome } = view;
    if (!outcome)
        return html ``;
    return html `<section aria-labelledby="results">
<h2 id="results">${say('results.title')}</h2>
${outcome.state === 'counted' ? counted(view, outcome.results, pageText) : html `<p class="notice">${whyNoResult(outcome, pageText)}</p>`}
</section>
`;
}
/** Why there is no result yet, or none that is shown. */
export function whyNoResult(outcome, { say, tell, wholeTime }) {
    return outcome.state === 'keying' ? tell('results.keying', { until: wholeTime(outcome.until, 'until') }) : html `${say(`results.${outcome.state}`)}`;
}
function counted(view, results, pageText) {
    const { cycle, projects } = view;
    const { winners, spent, budget, turnout } = results;
    const { say, money, theirs } = pageText;
    const all = ranked(projects, results);
    const most = Math.max(1, ...all.map(({ votes }) => votes));
    const rows = all.map(({ number, title, cost, votes, won }) => html `<tr${won ? html ` class="won"` : ''}><th scope="row"><b>${number}</b> ${theirs(title)} <small>${money(cost, cycle.currency)}</small></th><td class="votes"><span>${votes}</span>${bar(votes, most)}</td><td class="outcome">${say(won ? 'results.won' : 'results.lost')}</td></tr>
`);
    const by = Object.entries(turnout.byChannel).map(([channel, count]) => html `<li>${say(`results.channel.${channel}`)} <b>${count}</b></li>`);
    return html `<p class="sum">${winners.length > 0 ? say('results.chosen', { count: winners.length, spent: money(spent, cycle.currency) }) : say('results.none')}</p>
<p>${say('results.left', { budget: money(budget, cycle.currency), left: money(budget - spent, cycle.currency) })}</p>
<table class="results"><caption>${say('results.table')}</caption>
<thead><tr><th scope="col">${say('results.project')}</th><th scope="col">${say('results.votes')}</th><th scope="col">${say('results.outcome')}</th></tr></thead>
<tbody>
${rows}</tbody></table>
<p>${say('results.turnout', { voters: turnout.voters, residents: turnout.residents })}</p>
${by.length > 0 ? html `<ul class="channels" aria-label="${say('results.byChannel')}">${by}</ul>` : ''}
<h3>${say('results.rule')}</h3>
${howDecided(view, pageText)}`;
}
/** Projects with their votes, the winners first in the order in which they were chosen, the others by votes. */
export function ranked(projects, { winners, tallies }) {
    const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
    const place = (number) => (winners.includes(number) ? winners.indexOf(number) : winners.length);
    return projects
        .map((project) => ({ ...project, votes: votes.get(project.number) ?? 0, won: winners.includes(project.number) }))
        .toSorted((one, other) => place(one.number) - place(other.number) || other.votes - one.votes);
}
/** The rule in one or two sentences, the threshold, and the lot that decides ties. */
function howDecided({ cycle: { rule, threshold }, lot }, { say }) {
    return html `<p>${say(`rule.${rule}`)}${threshold > 0 ? say('rule.threshold', { votes: threshold }) : ''}</p>
${lot.length > 0 ? html `<p>${say('rule.lot', { lot: lot.join(say('rule.between')) })}</p>` : ''}`;
}
/** A bar that shows a part of a whole, only for the eye: the numbers are beside it. */
export function bar(part, whole) {
    const width = whole > 0 ? Math.round(Math.min(1, part / whole) * 1000) / 10 : 0;
    return html `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="8"/></svg>`;
}
