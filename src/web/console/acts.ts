import * as accounts from '../../fund/accounts/index.ts';
import type { Act } from '../../fund/act/index.ts';
import * as ballots from '../../fund/ballots/index.ts';
import * as cycles from '../../fund/cycles/index.ts';
import * as files from '../../fund/files/index.ts';
import * as inquiries from '../../fund/inquiries/index.ts';
import * as meetings from '../../fund/meetings/index.ts';
import * as misses from '../../fund/misses/index.ts';
import * as paper from '../../fund/paper/index.ts';
import type { Right } from '../../fund/people/index.ts';
import * as projects from '../../fund/projects/index.ts';
import * as proposals from '../../fund/proposals/index.ts';
import * as roster from '../../fund/roster/index.ts';
import * as second from '../../fund/second/index.ts';
import * as works from '../../fund/works/index.ts';
import * as broadcasts from '../../outreach/broadcasts/changeBroadcast.ts';
import { REMINDING } from '../../outreach/calendar/nudge.ts';

const ROOMS: readonly Readonly<Record<string, unknown>>[] = [
  accounts,
  ballots,
  broadcasts,
  cycles,
  files,
  inquiries,
  meetings,
  misses,
  paper,
  projects,
  proposals,
  roster,
  second,
  works,
];

/**
 * Every act that is one value, of the rooms that have any. What follows for all of them reads this list: the second person, the log's words, the forms at the
 * end of a page, the rights that tests walk through.
 */
export const ACTS: readonly Act[] = ROOMS.flatMap((room) => Object.values(room)).filter(isAct);

function isAct(value: unknown): value is Act {
  return typeof value === 'object' && value !== null && 'perform' in value;
}

/** What somebody may do that is no act by itself: it happens with one, or in a turn. */
export const OTHER_RIGHTS = [...ROOMS.flatMap((room) => Object.values(room)).filter(isRight), REMINDING];

function isRight(value: unknown): value is Right {
  return typeof value === 'object' && value !== null && 'may' in value && !['perform', 'read', 'isSight'].some((of) => of in value);
}
