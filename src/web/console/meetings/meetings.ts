import { Router } from 'express';
import { currentCycleForReaders, cycleForReaders } from '../../../fund/cycles/index.ts';
import {
  addAddendum,
  changeMeeting,
  dropMeetingPicture,
  keepMeetingPicture,
  type ListedMeeting,
  LONGEST_ADDENDUM,
  planMeeting,
  readMeetings,
  signMinutes,
  writeMinutes,
} from '../../../fund/meetings/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { MissingCharacters, printPdf } from '../../../print/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { withLogMark } from '../../logMark.ts';
import { minutesPrinted } from '../../public/meetings.ts';
import { fileRoutes, type Listed } from '../list.ts';
import { pictureForms } from '../pictures.ts';
import { address, asked, typed, which } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { minutesTyped, mistakesOf, PLAN_FIELDS, planOf, type Typed } from './meetingForms.ts';
import { type MeetingPage, meetingPage } from './meetingPage.ts';

const PATH = '/console/:slug/meetings';
const ONE = `${PATH}/:cycle/:number`;

/** `/console/SLUG/meetings`: the council's meetings, and one with its agenda, roll, votes, minutes, signatures and pictures. */
export function meetingPages(world: World, known: Visits): Router {
  const page = meetingPage(world);
  return Router()
    .use(fileRoutes(known, meetingFiles(world)), pictureRoutes(world, known, page))
    .get(
      ONE,
      known.ofCommunity((visit) => page.show(visit, {}, {}, 200)),
    )
    .use(planRoutes(world, known, page), minutesRoutes(world, known, page));
}

/** The pictures of a meeting. */
function pictureRoutes(world: World, known: Visits, { show, lead }: MeetingPage): Router {
  const keep = keepMeetingPicture(world);
  const drop = dropMeetingPicture(world);
  return pictureForms(known, {
    path: ONE,
    keep: (visit, picture, caption) => keep({ ...which(visit), community: visit.community._id, picture, caption, actor: visit.doer('keepPicture') }),
    drop: (visit, id, reason) => drop({ ...which(visit), community: visit.community._id, id, reason, actor: visit.doer('dropPicture') }),
    may: (visit) => visit.may('keepPicture'),
    lead: (visit) => lead(visit, 'pictured'),
    show: (visit, mistakes, status) => show(visit, {}, mistakes, status),
  });
}

/** The list, where a meeting is planned, and other plans for one. */
function planRoutes(world: World, { ofCommunity }: Visits, { list, show, after }: MeetingPage): Router {
  const plan = planMeeting(world);
  const change = changeMeeting(world);
  return Router()
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
    .post(
      `${ONE}/plan`,
      ofCommunity(async (visit) => {
        const wrote = typedIn(visit, PLAN_FIELDS);
        const { given, mistakes } = planOf(visit, wrote);
        if (!given) return visit.may('changeMeeting') ? show(visit, wrote, mistakes, 422) : void refuse(visit);
        await after(visit, await change({ ...which(visit), seen: seen(visit), plan: given, actor: visit.doer('changeMeeting') }), 'changed', wrote);
      }),
    );
}

/** The minutes: written, printed, signed, and what is added once they are final. */
function minutesRoutes(world: World, { ofCommunity, printing }: Visits, { show, after, found }: MeetingPage): Router {
  const cycleOf = cycleForReaders(world);
  const write = writeMinutes(world);
  const sign = signMinutes(world, enqueue(world));
  const add = addAddendum(world);
  return Router()
    .post(
      `${ONE}/minutes`,
      ofCommunity(async (visit) => {
        const meeting = await found(visit);
        const { wrote, minutes, mistakes } = minutesTyped(visit, meeting);
        if (Object.keys(mistakes).length > 0 && visit.may('writeMinutes')) return show(visit, wrote, mistakes, 422);
        await after(visit, await write({ ...which(visit), seen: seen(visit), minutes, actor: visit.doer('writeMinutes') }), 'written', wrote);
      }),
    )
    .get(
      `${ONE}/minutes.pdf`,
      printing(async (visit) => {
        const meeting = await found(visit);
        try {
          const cycle = await cycleOf(meeting.cycle);
          if (!cycle) throw new Refusal(404, 'There is no such cycle.');
          const minutes = minutesPrinted(meeting, { community: visit.community, cycle }, visit.text);
          const printed = await withLogMark(minutes, visit.community, visit.text, visit.now);
          const bytes = await printPdf(printed, asked(visit.request, 'all') === '1');
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
