import type { Router } from 'express';
import { periods, readCalendar } from '../../../fund/cycles/index.ts';
import { calendarFile } from '../../calendarFile.ts';
import { routes } from '../../routes.ts';
import type { Visits } from '../visits.ts';

/** The calendar as a file for other programs. */
export function fileRoute({ ofCommunity }: Visits, publicUrl: string): Router {
  return routes().page('/console/:slug/calendar.ics', ofCommunity, async (visit) => {
    const cycles = await visit.read(readCalendar);
    const { say } = visit.text;
    const all = cycles.map((cycle) => ({ id: cycle._id, title: cycle.title, periods: periods(cycle, visit.now) }));
    const about = { host: new URL(publicUrl).host, name: visit.community.name, now: visit.now };
    visit.response
      .type('text/calendar')
      .set('Content-Disposition', `attachment; filename="calendar-${visit.community._id}.ics"`)
      .send(calendarFile(all, { ...about, nameOf: (stage) => say(`stage.${stage}`) }));
  });
}
