import { currentCycleForReaders, periods, readCalendar, slipsClose, stageAt } from '../../../fund/cycles/index.js';
import { Refusal } from '../../errors.js';
import { html } from '../../html.js';
import { whole } from '../../public/pageText.js';
import { doneNotice, errorSummary } from '../frame.js';
import { address, asked, oneOf } from '../query.js';
import { ballotFields, dateFields, forms } from './cycleForm.js';
/** Shows a cycle with its dates and what may be changed of them. */
export function calendarPage(world) {
    const current = currentCycleForReaders(world);
    return show;
    /** One cycle as it is now, with what was typed before; without an id the current one. */
    async function show(visit, id, given, mistakes, status) {
        const { community, own, text, now, request } = visit;
        const { say, theirs } = text;
        const cycles = await readCalendar(community._id, visit.reader('calendar'));
        const currentId = id ?? (await current(community._id, now))?._id;
        const cycle = cycles.find(({ _id }) => _id === currentId) ?? (id === undefined ? cycles[0] : undefined);
        if (!cycle && id !== undefined)
            throw new Refusal(404, 'There is no such cycle.');
        const done = oneOf(request, 'done', ['', 'moved', 'extended', 'planned', 'made']);
        const others = cycles.filter((other) => other !== cycle);
        const links = others.map(({ _id, title }) => html `<li><a href="${address(`${own}/calendar`, { cycle: _id })}">${theirs(title)}</a></li>`);
        await visit.send(say('tab.calendar'), [
            errorSummary(text, mistakes),
            doneNotice(done ? say(`calendar.done.${done}`) : undefined),
            html `<h1>${say('tab.calendar')}${cycle ? html ` <small>${theirs(cycle.title)}</small>` : ''}</h1>`,
            cycle ? stagesTable(visit, cycle) : html `<p>${say('calendar.nothing')}</p>`,
            html `<p><a href="${own}/calendar.ics">${say('calendar.file')}</a></p>`,
            cycle ? forms(visit, cycle, given, mistakes) : html ``,
            newLinks(visit, cycles),
            links.length > 0
                ? html `<section aria-labelledby="others"><h2 id="others">${say('calendar.others')}</h2><ul class="items">${links}</ul></section>`
                : html ``,
        ], { status, path: address(`${own}/calendar`, { cycle: id }) });
    }
}
/** The form of a new cycle. */
export async function showNew(visit, given, mistakes, status) {
    const { text, own } = visit;
    if (!visit.may('planCycle'))
        throw new Refusal(403, 'A new cycle is made by a cadre.');
    const title = text.say('calendar.new');
    await visit.send(title, [
        errorSummary(text, mistakes),
        html `<p><a href="${own}/calendar">${text.say('calendar.back')}</a></p><h1>${title}</h1><p>${text.say('calendar.newAbout')}</p>`,
        html `<form method="post" action="${own}/calendar/new"><div class="narrow">${ballotFields(text, given, mistakes)}</div>
<h2>${text.say('calendar.dates')}</h2>${dateFields(text, given, mistakes)}<button>${text.say('calendar.make')}</button></form>`,
    ], { status, path: address(`${own}/calendar/new`, { from: asked(visit.request, 'from') }) });
}
/** The stages with their dates, the one of now marked, and what was changed by hand. */
function stagesTable({ text, now }, cycle) {
    const { say, date, theirs } = text;
    const stage = stageAt(cycle, now);
    const timeOf = (at) => html `<time datetime="${at.toISOString()}">${whole(date(at))}</time>`;
    const rows = periods(cycle, now).map((period) => {
        const isNow = period.stage === stage;
        const name = say(`stage.${period.stage}`);
        return html `<tr${isNow ? html ` aria-current="step"` : ''}><td>${isNow ? html `<b>${name}</b> <em>${say('calendar.now')}</em>` : name}</td>
<td class="block">${timeOf(period.from)}${period.to ? html ` – ${timeOf(period.to)}` : ''}</td></tr>
`;
    });
    const until = slipsClose(cycle, now);
    const slips = until && isPutOff(cycle) ? html `<p>${say('calendar.by.slips', { at: date(until) })}</p>` : '';
    const heads = ['stage', 'when'].map((head) => html `<th scope="col">${say(`calendar.${head}`)}</th>`);
    const moves = cycle.moves.map(({ kind, stage: which, from, by, at, reason }) => html `<li><span>${whole(date(at))} · ${theirs(by)} · ${say(`calendar.by.${kind}`, { stage: say(`stage.${which}`), at: date(from) })}${reason ? html ` · ${theirs(reason)}` : ''}</span></li>`);
    return html `<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>
${slips}
${moves.length > 0 ? html `<h2>${say('calendar.moves')}</h2><ul class="items">${moves}</ul>` : ''}`;
}
/** Whether slips are keyed after the close. */
function isPutOff({ paper, moves }) {
    return paper !== undefined || moves.some(({ kind }) => kind === 'slips');
}
function newLinks({ text: { say, theirs }, own, may }, cycles) {
    if (!may('planCycle'))
        return html ``;
    const [last] = cycles;
    const like = last
        ? html `<li><a href="${address(`${own}/calendar/new`, { from: last._id })}">${say('calendar.newFrom')} ${theirs(last.title)}</a></li>`
        : '';
    return html `<section aria-labelledby="new"><h2 id="new">${say('calendar.new')}</h2><ul class="items">${like}<li><a href="${own}/calendar/new">${say('calendar.newEmpty')}</a></li></ul></section>`;
}
