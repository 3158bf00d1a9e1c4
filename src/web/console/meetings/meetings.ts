import { Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import {
  addAddendum,
  changeMeeting,
  dropMeetingPicture,
  keepMeetingPicture,
  type ListedMeeting,
  LONGEST_ADDENDUM,
  LONGEST_NOTES,
  type MeetingRead,
  planMeeting,
  readMeeting,
  readMeetings,
  signMinutes,
  writeMinutes,
} from '../../../fund/meetings/index.ts';
import { proposalsToDecide } from '../../../fund/proposals/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { MissingCharacters, printPdf } from '../../../print/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html } from '../../html.ts';
import { minutesPrinted } from '../../public/minutesPrinted.ts';
import { whole } from '../../public/pageText.ts';
import { doneNotice, errorSummary, type Mistakes } from '../frame.ts';
import { fileLinks, fileRoutes, type Listed } from '../list.ts';
import { pictureForms } from '../pictures.ts';
import { address, asked, numberOf, oneOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { minutesTyped, mistakesOf, PLAN_FIELDS, planForm, planOf, planOfMeeting, type Typed } from './meetingForms.ts';
import { meetingParts } from './onePage.ts';

const DONE = ['', 'planned', 'changed', 'written', 'signed', 'final', 'added', 'pictured'] as const;
const PATH = '/console/:slug/meetings';
const ONE = `${PATH}/:cycle/:number`;

/** `/console/SLUG/meetings`: the council's meetings, and one with its agenda, roll, votes, minutes, signatures and pictures. */
export function meetingPages(world: World, known: Visits): Router {
  const { ofCommunity, printing } = known;
  const readAll = readMeetings(world);
  const readOne = readMeeting(world);
  const plan = planMeeting(world);
  const change = changeMeeting(world);
  const write = writeMinutes(world);
  const sign = signMinutes(world, enqueue(world));
  const add = addAddendum(world);
  const keep = keepMeetingPicture(world);
  const drop = dropMeetingPicture(world);

  return Router()
    .use(fileRoutes(known, meetingFiles(world)))
    .use(
      pictureForms(known, {
        path: ONE,
        keep: (visit, picture, caption) =>
          keep({ ...which(visit), community: visit.community._id, picture, caption, actor: visit.doer('keepPicture') }),
        drop: (visit, id, reason) => drop({ ...which(visit), community: visit.community._id, id, reason, actor: visit.doer('dropPicture') }),
        may: (visit) => visit.may('keepPicture'),
        lead: (visit) => lead(visit, 'pictured'),
        show: (visit, mistakes, status) => show(visit, {}, mistakes, status),
      }),
    )
    .get(
      PATH,
      ofCommunity((visit) => list(visit, undefined, {}, 200)),
    )
    .post(
      PATH,
      ofCommunity(async (visit) => {
        const wrote = typedIn(visit, PLAN_FIELDS);
        const cycle = typed(visit.request, 'cycle');
        const { given, mistakes } = planOf(visit, wrote);
        if (!given) return visit.may('planMeeting') ? list(visit, wrote, mistakes, 422) : void refuse(visit);
        const outcome = await plan({ cycle, plan: given, actor: visit.doer('planMeeting') });
        if ('planned' in outcome) return visit.lead(address(`${visit.own}/meetings/${cycle}/${outcome.planned}`, { done: 'planned' }));
        await list(visit, wrote, mistakesOf(visit, outcome), outcome.refused === 'noCycle' ? 409 : 422);
      }),
    )
    .get(
      ONE,
      ofCommunity((visit) => show(visit, {}, {}, 200)),
    )
    .get(
      `${ONE}/minutes.pdf`,
      printing(async (visit) => {
        const meeting = await found(visit);
        try {
          const bytes = await printPdf(minutesPrinted(meeting, visit.community, visit.text), asked(visit.request, 'all') === '1');
          visit.response
            .type('application/pdf')
            .set('Content-Disposition', `inline; filename="minutes-${meeting.number}.pdf"`)
            .send(Buffer.from(bytes));
        } catch (error) {
          if (!(error instanceof MissingCharacters)) throw error;
          const characters = error.lacking.map(({ character }) => character).join(' ');
          await show(visit, {}, { form: visit.text.say('meetings.lacking', { characters }) }, 409, true);
        }
      }),
    )
    .post(
      `${ONE}/plan`,
      ofCommunity(async (visit) => {
        const wrote = typedIn(visit, PLAN_FIELDS);
        const { given, mistakes } = planOf(visit, wrote);
        if (!given) return visit.may('changeMeeting') ? show(visit, wrote, mistakes, 422) : void refuse(visit);
        await after(visit, await change({ ...which(visit), seen: seen(visit), plan: given, actor: visit.doer('changeMeeting') }), 'changed', wrote);
      }),
    )
    .post(
      `${ONE}/minutes`,
      ofCommunity(async (visit) => {
        const meeting = await found(visit);
        const { wrote, minutes, mistakes } = minutesTyped(visit, meeting);
        if (Object.keys(mistakes).length > 0 && visit.may('writeMinutes')) return show(visit, wrote, mistakes, 422);
        await after(visit, await write({ ...which(visit), seen: seen(visit), minutes, actor: visit.doer('writeMinutes') }), 'written', wrote);
      }),
    )
    .post(
      `${ONE}/sign`,
      ofCommunity(async (visit) => {
        const outcome = await sign({ ...which(visit), seen: seen(visit), actor: visit.doer('signMinutes') });
        await after(visit, outcome, 'isFinal' in outcome && outcome.isFinal ? 'final' : 'signed', {});
      }),
    )
    .post(
      `${ONE}/addenda`,
      ofCommunity(async (visit) => {
        const text = typed(visit.request, 'addendum', LONGEST_ADDENDUM + 1);
        await after(visit, await add({ ...which(visit), text, actor: visit.doer('addAddendum') }), 'added', { addendum: text });
      }),
    );

  async function list(visit: CommunityVisit, wrote: Typed | undefined, mistakes: Mistakes, status: number): Promise<void> {
    const { text, community, own, now } = visit;
    const { say, date, theirs } = text;
    const actor = visit.reader('meetings');
    const cycle = await currentCycleForReaders(world)(community._id, now);
    const meetings = await readAll({ community: community._id, cycle: cycle?._id ?? '' }, actor);
    const items = meetings.map(
      ({ number, at, place, state }) =>
        html`<li><a class="task" href="${own}/meetings/${cycle?._id ?? ''}/${number}"><span class="what">${say('meetings.one', { number })} · ${whole(date(at))} · ${theirs(place)}</span></a><span class="age">${say(`meetings.state.${state}`)}</span></li>`,
    );
    const numbers = cycle && visit.may('planMeeting') ? await proposalsToDecide(cycle._id) : [];
    const form =
      cycle && visit.may('planMeeting')
        ? planForm(visit, `${own}/meetings`, wrote ?? { yes: numbers.join(' ') }, mistakes, { cycle: cycle._id })
        : '';
    await visit.send(
      say('tab.meetings'),
      [
        errorSummary(text, mistakes),
        html`<h1>${say('tab.meetings')}</h1>${cycle ? html`<p>${theirs(cycle.title)}</p>` : ''}`,
        items.length > 0 ? html`<ul class="tasks">${items}</ul>` : html`<p>${say('meetings.none')}</p>`,
        items.length > 0 ? fileLinks(visit, `${own}/meetings`) : html``,
        html`${form === '' ? '' : html`<section aria-labelledby="plan"><h2 id="plan">${say('meetings.plan')}</h2>${form}</section>`}`,
      ],
      { status, path: `${own}/meetings` },
    );
  }

  async function show(visit: CommunityVisit, wrote: Typed, mistakes: Mistakes, status: number, isLacking = false): Promise<void> {
    const { text, own, community } = visit;
    const { say } = text;
    const meeting = await found(visit);
    const path = `${own}/meetings/${meeting.cycle}/${meeting.number}`;
    const done = oneOf(visit.request, 'done', DONE);
    await visit.send(
      say('meetings.one', { number: meeting.number }),
      [
        errorSummary(text, mistakes),
        isLacking ? html`<p><a class="more" href="${path}/minutes.pdf?all=1">${say('meetings.printAllTheSame')}</a></p>` : html``,
        doneNotice(done && status === 200 ? say(`meetings.done.${done}`) : undefined),
        html`<p><a href="${own}/meetings">${say('meetings.toList')}</a></p>`,
        ...meetingParts(visit, meeting, {
          path,
          wrote: { ...planOfMeeting(meeting, community.timezone), ...wrote },
          mistakes,
          longest: LONGEST_NOTES,
        }),
      ],
      { status, path },
    );
  }

  /** Leads back to the meeting, or shows it as it is now, with what was typed and why nothing was done. */
  async function after(visit: CommunityVisit, outcome: object, done: (typeof DONE)[number], wrote: Typed): Promise<void> {
    if (!('refused' in outcome)) return lead(visit, done);
    const mistakes = mistakesOf(visit, outcome);
    await show(visit, wrote, mistakes, Object.keys(mistakes).includes('form') ? 409 : 422);
  }

  async function found(visit: CommunityVisit): Promise<MeetingRead> {
    const meeting = await readOne({ ...which(visit), community: visit.community._id }, visit.reader('meetings'));
    if (!meeting) throw new Refusal(404, 'There is no such meeting.');
    return meeting;
  }
}

/** The meetings of the current cycle; of how each voted nothing but numbers. */
function meetingFiles(world: World): Listed<ListedMeeting> {
  const read = readMeetings(world);
  return {
    ...{ name: 'meetings', words: 'meetings', filters: {} },
    columns: ({ text: { say } }) => [
      { name: 'number', text: ({ number }) => number },
      { name: 'at', text: ({ at }) => at.toISOString() },
      { name: 'place', text: ({ place }) => place },
      { name: 'members', text: ({ members }) => members },
      { name: 'there', text: ({ there }) => there },
      { name: 'signed', text: ({ signed }) => signed },
      { name: 'became', text: ({ state }) => say(`meetings.state.${state}`) },
    ],
    read: async (visit) => {
      const { community, now } = visit;
      const cycle = await currentCycleForReaders(world)(community._id, now);
      return { rows: await read({ community: community._id, cycle: cycle?._id ?? '' }, visit.reader('meetings')), next: undefined };
    },
  };
}

function lead(visit: CommunityVisit, done: (typeof DONE)[number]): void {
  const { cycle, number } = which(visit);
  visit.lead(address(`${visit.own}/meetings/${cycle}/${number}`, { done }));
}

function which({ request }: CommunityVisit): { readonly cycle: string; readonly number: number } {
  return { cycle: String(request.params.cycle), number: numberOf(request) };
}

/** The revision that was looked at. */
function seen({ request }: CommunityVisit): number {
  return Number(typed(request, 'seen')) || 0;
}

function typedIn({ request }: CommunityVisit, names: readonly string[]): Typed {
  return Object.fromEntries(names.map((name) => [name, typed(request, name)]));
}

function refuse(_visit: CommunityVisit): never {
  throw new Refusal(403, 'You may not do this in this community; ask one of its cadres.');
}
