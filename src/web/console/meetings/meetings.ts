import type { Router } from 'express';
import { changeMeeting, type ListedMeeting, planMeeting, readMeetings, writeMinutes } from '../../../fund/meetings/index.ts';
import { MissingCharacters, printPdf } from '../../../print/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { Refusal } from '../../errors.ts';
import { withLogMark } from '../../logMark.ts';
import { minutesPrinted } from '../../public/meetings.ts';
import { routes } from '../../routes.ts';
import { actRoutes, doneAt } from '../actForm.ts';
import { fileRoutes, type Listed, through } from '../list.ts';
import { asked, which } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { agendaTyped } from './agendaTicks.ts';
import { minutesMistake, minutesTyped } from './meetingForms.ts';
import { MEETING_ACTS, type MeetingPage, meetingPage } from './meetingPage.ts';

const PATH = '/console/:slug/meetings';
const ONE = `${PATH}/:cycle/:number`;

/** `/console/SLUG/meetings`: the council's meetings, and one with its agenda, roll, votes, minutes, signatures and pictures. */
export function meetingPages(known: Visits): Router {
  const page = meetingPage();
  return routes()
    .use(fileRoutes(known, meetingFiles()))
    .page(PATH, known.ofCommunity, (visit) => page.list(visit, {}, 200))
    .page(ONE, known.ofCommunity, (visit) => page.show(visit, {}, 200))
    .use(
      actRoutes(known, [planMeeting], {
        gives: ({ request }) => agendaTyped(request),
        show: page.list,
        onward: (visit, act, { planned }: { planned?: number }) =>
          visit.lead(doneAt(visit, `/meetings/${String(visit.request.params.cycle)}/${planned}`, act)),
      }),
      actRoutes(known, MEETING_ACTS, {
        gives: async (visit, act) => {
          if (act === changeMeeting) return agendaTyped(visit.request);
          return act === writeMinutes ? minutesTyped(visit, await page.found(visit)).minutes : {};
        },
        mistakesOf: async (visit, act) => (act === writeMinutes ? minutesMistake(visit, await page.found(visit)) : undefined),
        show: async (visit, tried, status) =>
          page.show(visit, tried, status, tried.act === writeMinutes ? minutesTyped(visit, await page.found(visit)).wrote : {}),
        onward: (visit, act) => visit.lead(doneAt(visit, onePath(visit), act)),
      }),
      printRoutes(known, page),
    );
}

function onePath(visit: CommunityVisit): string {
  const { cycle, number } = which(visit);
  return `/meetings/${cycle}/${number}`;
}

/** The minutes on paper. */
function printRoutes({ printing }: Visits, { show, found }: MeetingPage): Router {
  return routes().page(`${ONE}/minutes.pdf`, printing, async (visit) => {
    const meeting = await found(visit);
    try {
      const cycle = await visit.cycle(meeting.cycle);
      if (!cycle) throw new Refusal(404, 'There is no such cycle.');
      const minutes = minutesPrinted(meeting, { community: visit.community, cycle }, visit.text);
      const printed = await withLogMark(minutes, visit.community, visit.text, visit.now);
      const bytes = await printPdf(printed, asked(visit.request, 'all') === '1');
      visit.response.type('application/pdf').set('Content-Disposition', `inline; filename="minutes-${meeting.number}.pdf"`).send(Buffer.from(bytes));
    } catch (error) {
      if (!(error instanceof MissingCharacters)) throw error;
      const characters = error.lacking.map(({ character }) => character).join(' ');
      await show(visit, { mistakes: { form: visit.text.say('meetings.lacking', { characters }) } }, 409, {}, true);
    }
  });
}

/** The meetings of the current cycle; of how each voted nothing but numbers. */
function meetingFiles(): Listed<ListedMeeting, PageKeyIn<'console', 'meetings'>> {
  return {
    name: 'meetings',
    head: (column) => `meetings.${column}`,
    filters: {},
    columns: ({ text: { say } }) => [
      { name: 'number', text: ({ number }) => number },
      { name: 'at', text: ({ at }) => at.toISOString() },
      { name: 'place', text: ({ place }) => place },
      { name: 'members', text: ({ members }) => members },
      { name: 'there', text: ({ there }) => there },
      { name: 'signed', text: ({ signed }) => signed },
      { name: 'became', text: ({ state }) => say(`meetings.state.${state}`) },
    ],
    read: through(readMeetings, async (ask, visit) => {
      const cycle = await visit.cycle();
      return { rows: await ask(cycle?._id ?? ''), next: undefined };
    }),
  };
}
