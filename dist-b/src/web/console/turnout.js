import { Router } from 'express';
import { turnout, turnoutShares } from '../../fund/ballots/index.js';
import { begunCycles, currentCycleForReaders, cycleForReaders, keyingUntil, voteOf } from '../../fund/cycles/index.js';
import { Refusal } from '../errors.js';
import { html } from '../html.js';
import { whole } from '../public/pageText.js';
import { bar } from '../public/projectList.js';
import { address, asked } from './query.js';
import { FILE_KINDS, sendTable } from './tableFiles.js';
/** Fewer who voted since the last day that is told of are not told of, either. */
const LEAST = 10;
/** Turnout: by day and by building, after the close by channel. Never by project before it, and never who. */
export function turnoutPages(world, { ofCommunity }) {
    const routes = Router().get('/console/:slug/turnout', ofCommunity(turnoutPage(world)));
    for (const kind of FILE_KINDS)
        routes.get(`/console/:slug/turnout.${kind}`, ofCommunity(turnoutFile(world, kind)));
    return routes;
}
function turnoutPage(world) {
    const cycleOf = cycleAsked(world);
    const read = readTurnout(world);
    return async (visit) => {
        const { text, own } = visit;
        const { say, theirs, date } = text;
        const cycle = await cycleOf(visit);
        const [told, begun] = await Promise.all([cycle && read(visit, cycle), begunCycles(visit.community._id, visit.now)]);
        const vote = cycle && voteOf(cycle, visit.now);
        const keyedUntil = cycle && keyingUntil(cycle, visit.now);
        const others = begun
            .filter(({ id }) => id !== cycle?._id)
            .map(({ id, title }) => html `<li><a href="${address(`${own}/turnout`, { cycle: id })}">${theirs(title)}</a></li>`);
        await visit.send(say('tab.turnout'), [
            html `<h1>${say('tab.turnout')}${cycle ? html ` <small>${theirs(cycle.title)}</small>` : ''}</h1>`,
            ...(keyedUntil ? [html `<p>${say('turnout.keying', { at: date(new Date(keyedUntil)) })}</p>`] : []),
            ...(told ? parts(visit, told) : [html `<p>${vote ? say('turnout.opens', { at: date(vote.from) }) : say('turnout.none')}</p>`]),
            ...(told && cycle ? [files(visit, cycle)] : []),
            ...(others.length > 0 ? [html `<h2>${say('turnout.others')}</h2><ul class="items">${others}</ul>`] : []),
        ]);
    };
}
/** The same as a table, a row for each day, building and channel. */
function turnoutFile(world, kind) {
    const cycleOf = cycleAsked(world);
    const read = readTurnout(world);
    return async (visit) => {
        const { say } = visit.text;
        const cycle = await cycleOf(visit);
        const told = cycle && (await read(visit, cycle));
        if (!cycle || !told)
            throw new Refusal(404, 'Voting has not opened yet.');
        const { days, buildings = [], rest } = told.shares;
        const rows = [
            ...days.map(({ from, to, voters }) => ['day', from === to ? from : `${from}/${to}`, '', voters]),
            ...[...buildings, ...(rest ? [{ building: say('turnout.rest'), ...rest }] : [])].map(({ building, residents, voters }) => [
                ...['building', building, residents, voters],
            ]),
            ...Object.entries(told.byChannel ?? {}).map(([channel, count]) => ['channel', say(`turnout.by.${channel}`), '', count]),
        ];
        const columns = ['kind', 'what', 'residents', 'voters'].map((name) => ({ name, head: say(`turnout.head.${name}`) }));
        await sendTable(visit.response, kind, () => `turnout-${cycle._id}`, { columns, rows: atOnce(rows) });
    };
}
async function* atOnce(rows) {
    yield rows;
}
/** The cycle that the address names, else the current one; null if none has begun. */
function cycleAsked(world) {
    return async ({ request, community: { _id }, now }) => {
        const id = asked(request, 'cycle');
        if (id === undefined)
            return currentCycleForReaders(world)(_id, now);
        const cycle = await cycleForReaders(world)(id);
        if (cycle?.community !== _id)
            throw new Refusal(404, 'There is no such cycle.');
        return cycle;
    };
}
function readTurnout(world) {
    const sharesOf = turnoutShares(world);
    const turnoutOf = turnout(world);
    return async (visit, cycle) => {
        const shares = await sharesOf(cycle, visit.reader('turnout'));
        if (!shares)
            return null;
        const { voters, residents, byChannel } = await turnoutOf(cycle._id);
        const since = voters - shares.voters;
        return { shares, residents, ...(since >= LEAST && { since }), ...(byChannel && { byChannel }) };
    };
}
function parts(visit, { shares, residents, since, byChannel }) {
    const { text } = visit;
    const { days, buildings, rest } = shares;
    const voters = shares.voters + (since ?? 0);
    const last = days.at(-1);
    return [
        ...(voters === 0 ? [] : [sum(text, { voters, residents })]),
        ...(byChannel ? [] : [html `<p class="hint">${sinceWhen(visit, last, since)}</p>`]),
        ...(last ? [byDay(visit, days)] : []),
        ...(last && buildings
            ? [byBuilding(text, [...buildings.map(({ building, ...share }) => ({ name: building, share })), ...others(text, rest)])]
            : []),
        ...(byChannel ? [channels(text, byChannel)] : []),
    ];
}
function sum({ say }, share) {
    return html `<p class="sum">${say('turnout.sum', { ...share, share: percent(share) })}${bar(share.voters, share.residents)}</p>`;
}
/** Up to when these are the numbers. */
function sinceWhen(visit, last, since) {
    const { say } = visit.text;
    if (since !== undefined)
        return last ? say('turnout.since', { day: visit.text.day(last.to), count: since }) : say('turnout.untilNow');
    return last ? say('turnout.until', { day: visit.text.day(last.to) }) : say('turnout.few');
}
function byDay(visit, days) {
    const { text } = visit;
    const { say } = text;
    let sum = 0;
    const rows = days.map((some) => {
        sum += some.voters;
        return html `<tr><th scope="row">${whole(daysOf(visit, some))}</th><td>${some.voters}</td><td>${sum}</td></tr>
`;
    });
    const bars = days.map((some) => ({ label: daysOf(visit, some), value: some.voters }));
    return html `<section aria-labelledby="days"><h2 id="days">${say('turnout.days')}</h2>
${barChart(bars, say('turnout.daysPicture'))}
<details><summary>${say('turnout.asTable')}</summary><table class="plain"><thead><tr>${heads(text, ['day', 'voters', 'soFar'])}</tr></thead><tbody>${rows}</tbody></table></details>
<p class="hint">${say('turnout.joinedDays')}</p></section>`;
}
function byBuilding(text, shares) {
    const { say } = text;
    const rows = shares.map(({ name, share: { voters, residents } }) => html `<tr><th scope="row">${name}</th><td>${residents}</td><td>${voters}</td><td class="share">${percent({ voters, residents })}%${bar(voters, residents)}</td></tr>
`);
    return html `<section aria-labelledby="buildings"><h2 id="buildings">${say('turnout.buildings')}</h2>
<table class="plain"><thead><tr>${heads(text, ['building', 'residents', 'voters', 'share'])}</tr></thead><tbody>${rows}</tbody></table>
<p class="hint">${say('turnout.joinedBuildings')}</p></section>`;
}
function others({ say }, rest) {
    return rest ? [{ name: say('turnout.rest'), share: rest }] : [];
}
function channels(text, byChannel) {
    const { say } = text;
    const rows = Object.entries(byChannel).map(([channel, count]) => html `<tr><th scope="row">${say(`turnout.by.${channel}`)}</th><td>${count}</td></tr>`);
    return html `<section aria-labelledby="channels"><h2 id="channels">${say('turnout.channels')}</h2>
<table class="plain"><thead><tr>${heads(text, ['channel', 'voters'])}</tr></thead><tbody>${rows}</tbody></table></section>`;
}
function heads({ say }, names) {
    return names.map((name) => html `<th scope="col">${say(`turnout.head.${name}`)}</th>`);
}
function files({ text: { say }, own }, { _id }) {
    const links = FILE_KINDS.map((kind) => html `<a href="${address(`${own}/turnout.${kind}`, { cycle: _id })}">${kind.toUpperCase()}</a> `);
    return html `<p class="files"><span>${say('turnout.files')}</span> ${links}</p>`;
}
/** `12月1日`, or `12月1日–12月3日`. */
function daysOf({ text: { day } }, { from, to }) {
    return from === to ? day(from) : `${day(from)}–${day(to)}`;
}
function percent({ voters, residents }) {
    return residents > 0 ? Math.round((voters / residents) * 100) : 0;
}
/** Where the bars begin and how long they may be, in hundredths of the width; the heights are pixels. */
const [BEGIN, LONGEST, EACH, THICK] = [38, 46, 30, 16];
/** Bars below each other, as a picture that fits its place whatever the width. `title` says what is seen; the numbers belong into a table as well. */
function barChart(bars, title) {
    const most = Math.max(1, ...bars.map(({ value }) => value));
    const lines = bars.map(({ label, value }, index) => {
        const length = Math.round((Math.max(0, value) / most) * LONGEST * 10) / 10;
        const middle = index * EACH + EACH / 2;
        return html `<text x="0" y="${middle}">${label}</text><rect x="${BEGIN}%" y="${middle - THICK / 2}" width="${length}%" height="${THICK}"/><text x="${BEGIN + length}%" dx="6" y="${middle}">${value}</text>
`;
    });
    return html `<svg class="chart" role="img" aria-label="${title}" width="100%" height="${bars.length * EACH}">${lines}</svg>`;
}
