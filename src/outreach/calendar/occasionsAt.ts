import { daysFrom } from '../../fund/calendar/daysFrom.ts';
import { readTime } from '../../fund/calendar/readTime.ts';
import { voteOf } from '../../fund/calendar/voteOf.ts';
import { dayOf } from '../../fund/cycles/dayOf.ts';
import { type Dated, type Occasion, occasionsOf } from './occasionsOf.ts';

/**
 * What a cycle's calendar has us say at a moment, whatever became of it before: late, twice or after a week off-line gives what still makes
 * sense, at most one thing about the vote among it.
 */
export function occasionsAt(cycle: Dated, timezone: string, now: Date): Occasion[] {
  return [...occasionsOf(cycle, timezone), ...heads(cycle, timezone, now)].filter(({ from, until }) => from <= now && now < until);
}

/**
 * At eight every morning of the vote, and on the one after it: where the ledger stood as the day before ended. With fewer than 500 residents
 * the ledger is public only after the close, and so is how far it has come: there it is the last morning alone.
 */
function heads(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const vote = voteOf(cycle);
  const from = readTime(`${dayOf(now, timezone)}T08:00`, timezone, now);
  if (!vote || !cycle.frozen || !cycle.importedAt || !from || from <= vote.from || from < cycle.importedAt) return [];
  const before = daysFrom(from, -1, timezone);
  const isLast = before < vote.to && vote.to <= from;
  const isDuring = dayOf(vote.from, timezone) < dayOf(from, timezone) && from < vote.to;
  if (!isLast && !(isDuring && !cycle.frozen.day)) return [];
  const { _id, community } = cycle;
  const until = daysFrom(from, 1, timezone);
  return [
    { id: `head|${_id}|${from.toISOString()}`, cycle: _id, community, kind: 'head', to: 'supervisors', from, until, said: { key: 'notice.head' } },
  ];
}
