import { Router } from 'express';
import { hasBallots } from '../../../fund/ballots/index.js';
import { EXTENDS, extendCycle, moveCycle, periods, readCalendar, STAGES } from '../../../fund/cycles/index.js';
import { planCycle } from '../../../fund/files/index.js';
import { cleanText } from '../../../store/text.js';
import { localTimeOf, readTime } from '../../../store/wallTime.js';
import { Refusal } from '../../errors.js';
import { address, asked, typed } from '../query.js';
import { toSecond } from '../second.js';
import { calendarPage, showNew } from './calendarPage.js';
import { emptyCycle, LONGEST, mistakesIn, NOTHING, nextCycle, planned, planOf, typedCycle } from './cycleForm.js';
import { calendarFile } from './ics.js';
const PATH = '/console/:slug/calendar';
/** The calendar: a cycle's dates, moving it, extending its vote, other dates, a new cycle, and all of it as a file. */
export function calendarPages(world, known, publicUrl) {
    const show = calendarPage(world);
    return Router()
        .get(PATH, known.ofCommunity((visit) => show(visit, asked(visit.request, 'cycle'), NOTHING, {}, 200)))
        .use(fileRoute(known, publicUrl), newRoutes(world, known), changeRoutes(world, known, show));
}
/** The calendar as a file for other programs. */
function fileRoute({ ofCommunity }, publicUrl) {
    return Router().get(`${PATH}.ics`, ofCommunity(async (visit) => {
        const cycles = await readCalendar(visit.community._id, visit.reader('calendar'));
        const { say } = visit.text;
        const all = cycles.map((cycle) => ({ id: cycle._id, title: cycle.title, periods: periods(cycle, visit.now) }));
        const about = { host: new URL(publicUrl).host, name: visit.community.name, now: visit.now };
        visit.response
            .type('text/calendar')
            .set('Content-Disposition', `attachment; filename="calendar-${visit.community._id}.ics"`)
            .send(calendarFile(all, { ...about, nameOf: (stage) => say(`stage.${stage}`) }));
    }));
}
/** A new cycle, empty or like the one before. */
function newRoutes(world, { ofCommunity }) {
    const plan = planCycle(world);
    return Router()
        .get(`${PATH}/new`, ofCommunity(async (visit) => {
        const cycles = await readCalendar(visit.community._id, visit.reader('calendar'));
        const from = cycles.find(({ _id }) => _id === asked(visit.request, 'from'));
        const id = newId(visit, cycles);
        await showNew(visit, from ? nextCycle(id, from, visit.community.timezone) : emptyCycle(id), {}, 200);
    }))
        .post(`${PATH}/new`, ofCommunity(async (visit) => {
        const given = typedCycle(visit.request);
        const outcome = await plan(visit.community._id, planOf(given), visit.doer('planCycle'));
        if ('planned' in outcome)
            return back(visit, outcome.planned, 'made');
        await showNew(visit, given, ...mistakesOf(visit, outcome));
    }));
}
/** What is changed of a cycle: its stage by hand, the close, the dates to come. */
function changeRoutes(world, { ofCommunity }, show) {
    const move = moveCycle(world, hasBallots);
    const extend = extendCycle(world);
    const plan = planCycle(world);
    return Router()
        .post(`${PATH}/move`, ofCommunity(async (visit) => {
        const { id, seen } = await cycleSent(visit);
        const given = { ...NOTHING, stage: typed(visit.request, 'stage'), reason: cleanText(typed(visit.request, 'reason', LONGEST)) };
        const stage = STAGES.find((each) => each === given.stage);
        const { say } = visit.text;
        const actor = visit.doer('moveCycle');
        if (!stage && visit.may('moveCycle'))
            return show(visit, id, given, { stage: say('calendar.not.noStage') }, 422);
        const outcome = await move({ id, stage: stage ?? 'closed', actor, seen, ...(given.reason !== '' && { reason: given.reason }) });
        if ('waits' in outcome)
            return toSecond(visit, outcome);
        if ('moved' in outcome)
            return back(visit, id, 'moved');
        if (outcome.refused === 'changed' || outcome.refused === 'unknown')
            return show(visit, id, given, { form: say('calendar.not.changed') }, 409);
        await show(visit, id, given, { [outcome.refused === 'reason' ? 'reason' : 'stage']: say(`calendar.not.${outcome.refused}`) }, 422);
    }))
        .post(`${PATH}/extend`, ofCommunity(async (visit) => {
        const { id, seen } = await cycleSent(visit);
        const { request, community, text } = visit;
        const why = cleanText(typed(request, 'why', LONGEST));
        const what = EXTENDS.find((each) => each === typed(request, 'what')) ?? 'vote';
        const given = { ...NOTHING, what, day: typed(request, 'day'), time: typed(request, 'time'), why };
        const to = readTime(`${given.day}T${given.time || '00:00'}`, community.timezone, visit.now);
        const actor = visit.doer('extendCycle');
        if (visit.may('extendCycle')) {
            if (!to)
                return show(visit, id, given, { day: text.say('calendar.wrong.date') }, 422);
            if (why === '')
                return show(visit, id, given, { why: text.say('calendar.not.noWhy') }, 422);
        }
        const outcome = await extend({ id, what, to: to ?? visit.now, reason: why, actor, seen });
        if ('waits' in outcome)
            return toSecond(visit, outcome);
        if ('extended' in outcome)
            return back(visit, id, 'extended');
        if (outcome.refused === 'changed' || outcome.refused === 'unknown')
            return show(visit, id, given, { form: text.say('calendar.not.changed') }, 409);
        await show(visit, id, given, { day: text.say(`calendar.not.${outcome.refused}`) }, 422);
    }))
        .post(`${PATH}/dates`, ofCommunity(async (visit) => {
        const { id, seen } = await cycleSent(visit);
        const dates = typedCycle(visit.request);
        const outcome = await plan(visit.community._id, { id, seen, ...planned(dates) }, visit.doer('planCycle'));
        if ('planned' in outcome)
            return back(visit, id, 'planned');
        await show(visit, id, { ...NOTHING, dates }, ...mistakesOf(visit, outcome));
    }));
}
/** The cycle that a form is about, and the calendar that was looked at. There is none in another community. */
async function cycleSent({ request, community, reader }) {
    const id = typed(request, 'cycle');
    const cycles = await readCalendar(community._id, reader('calendar'));
    if (!cycles.some(({ _id }) => _id === id))
        throw new Refusal(404, 'There is no such cycle.');
    return { id, seen: typed(request, 'seen') };
}
function mistakesOf({ text }, outcome) {
    if ('wrongs' in outcome)
        return [mistakesIn(text, outcome.wrongs), 422];
    return [{ form: text.say(`calendar.not.${outcome.refused}`) }, 409];
}
/** Back to the cycle's page, which tells what was done. */
function back(visit, cycle, done) {
    visit.lead(address(`${visit.own}/calendar`, { cycle, done }));
}
/** An id that no cycle of the community has: with the year. It stands in the form, so that a form that is sent twice makes one cycle. */
function newId({ community: { _id: slug, timezone }, now }, cycles) {
    const year = localTimeOf(now, timezone).year;
    const taken = new Set(cycles.map(({ _id }) => _id));
    const ids = Array.from({ length: cycles.length + 1 }, (_, ahead) => `${slug}-${year + ahead}`);
    return ids.find((id) => !taken.has(id)) ?? `${slug}-${year}`;
}
