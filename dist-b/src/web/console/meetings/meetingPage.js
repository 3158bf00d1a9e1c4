import { currentCycleForReaders } from '../../../fund/cycles/index.js';
import { LONGEST_NOTES, readMeeting, readMeetings } from '../../../fund/meetings/index.js';
import { proposalsToDecide } from '../../../fund/proposals/index.js';
import { Refusal } from '../../errors.js';
import { html } from '../../html.js';
import { whole } from '../../public/pageText.js';
import { doneNotice, errorSummary } from '../frame.js';
import { fileLinks } from '../list.js';
import { address, oneOf, which } from '../query.js';
import { mistakesOf, planForm, planOfMeeting } from './meetingForms.js';
import { meetingParts } from './onePage.js';
const DONE = ['', 'planned', 'changed', 'written', 'signed', 'final', 'added', 'pictured'];
/** Shows the list of meetings and one of them, and leads back to it. */
export function meetingPage(world) {
    const readAll = readMeetings(world);
    const readOne = readMeeting(world);
    return { list, show, lead, after, found };
    async function list(visit, wrote, mistakes, status) {
        const { text, community, own, now } = visit;
        const { say, date, theirs } = text;
        const actor = visit.reader('meetings');
        const cycle = await currentCycleForReaders(world)(community._id, now);
        const meetings = await readAll({ community: community._id, cycle: cycle?._id ?? '' }, actor);
        const items = meetings.map(({ number, at, place, state }) => html `<li><a class="task" href="${own}/meetings/${cycle?._id ?? ''}/${number}"><span class="what">${say('meetings.one', { number })} · ${whole(date(at))} · ${theirs(place)}</span></a><span class="age">${say(`meetings.state.${state}`)}</span></li>`);
        const numbers = cycle && visit.may('planMeeting') ? await proposalsToDecide(cycle._id) : [];
        const form = cycle && visit.may('planMeeting')
            ? planForm(visit, `${own}/meetings`, wrote ?? { yes: numbers.join(' ') }, mistakes, { cycle: cycle._id })
            : '';
        await visit.send(say('tab.meetings'), [
            errorSummary(text, mistakes),
            html `<h1>${say('tab.meetings')}</h1>${cycle ? html `<p>${theirs(cycle.title)}</p>` : ''}`,
            items.length > 0 ? html `<ul class="tasks">${items}</ul>` : html `<p>${say('meetings.none')}</p>`,
            items.length > 0 ? fileLinks(visit, `${own}/meetings`) : html ``,
            html `${form === '' ? '' : html `<section aria-labelledby="plan"><h2 id="plan">${say('meetings.plan')}</h2>${form}</section>`}`,
        ], { status, path: `${own}/meetings` });
    }
    async function show(visit, wrote, mistakes, status, isLacking = false) {
        const { text, own, community } = visit;
        const { say } = text;
        const meeting = await found(visit);
        const path = `${own}/meetings/${meeting.cycle}/${meeting.number}`;
        const done = oneOf(visit.request, 'done', DONE);
        await visit.send(say('meetings.one', { number: meeting.number }), [
            errorSummary(text, mistakes),
            isLacking ? html `<p><a class="more" href="${path}/minutes.pdf?all=1">${say('meetings.printAllTheSame')}</a></p>` : html ``,
            doneNotice(done && status === 200 ? say(`meetings.done.${done}`) : undefined),
            html `<p><a href="${own}/meetings">${say('meetings.toList')}</a></p>`,
            ...meetingParts(visit, meeting, {
                path,
                wrote: { ...planOfMeeting(meeting, community.timezone), ...wrote },
                mistakes,
                longest: LONGEST_NOTES,
            }),
        ], { status, path });
    }
    /** Leads back to the meeting, or shows it as it is now, with what was typed and why nothing was done. */
    async function after(visit, outcome, done, wrote) {
        if (!('refused' in outcome))
            return lead(visit, done);
        const mistakes = mistakesOf(visit, outcome);
        await show(visit, wrote, mistakes, Object.keys(mistakes).includes('form') ? 409 : 422);
    }
    async function found(visit) {
        const meeting = await readOne({ ...which(visit), community: visit.community._id }, visit.reader('meetings'));
        if (!meeting)
            throw new Refusal(404, 'There is no such meeting.');
        return meeting;
    }
    function lead(visit, done) {
        const { cycle, number } = which(visit);
        visit.lead(address(`${visit.own}/meetings/${cycle}/${number}`, { done }));
    }
}
