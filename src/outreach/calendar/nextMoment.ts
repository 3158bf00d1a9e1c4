import { readTime } from '../../fund/calendar/readTime.ts';
import { voteOf } from '../../fund/calendar/voteOf.ts';
import { dayOf } from '../../fund/cycles/dayOf.ts';
import type { CommunityRecord } from '../../fund/records/community.ts';
import { quietUntil } from '../quietUntil.ts';
import { type Dated, occasionsOf } from './occasionsOf.ts';

/** When something happens next, and what: a step of the calendar (its stage), the opening, a reminder, the last head of the ledger. */
export interface Moment {
  readonly at: Date;
  readonly what: string;
}

/** The next moment at which we say something by ourselves; at night, when the night is over. Undefined where the calendar has no more. */
export function nextMoment(cycle: Dated, community: Pick<CommunityRecord, 'timezone' | 'quiet'>, now: Date): Moment | undefined {
  const moments = occasionsOf(cycle, community.timezone).map(({ from, kind, stage }) => ({
    at: quietUntil(community, from) ?? from,
    what: stage ?? kind,
  }));
  return [...moments, ...lastHead(cycle, community.timezone)]
    .filter(({ at }) => at > now)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())[0];
}

/** At eight on the morning after the close. */
function lastHead(cycle: Dated, timezone: string): Moment[] {
  const close = voteOf(cycle)?.to;
  if (!close) return [];
  const mornings = [`${dayOf(close, timezone)}T08:00`, '+1dT08:00'].map((morning) => readTime(morning, timezone, close));
  const at = mornings.find((morning) => morning !== undefined && morning > close);
  return at ? [{ at, what: 'head' }] : [];
}
