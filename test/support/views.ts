import * as accounts from '../../src/fund/accounts/index.ts';
import * as ballots from '../../src/fund/ballots/index.ts';
import * as cycles from '../../src/fund/cycles/index.ts';
import * as files from '../../src/fund/files/index.ts';
import * as inquiries from '../../src/fund/inquiries/index.ts';
import * as log from '../../src/fund/log/index.ts';
import * as meetings from '../../src/fund/meetings/index.ts';
import * as misses from '../../src/fund/misses/index.ts';
import * as paper from '../../src/fund/paper/index.ts';
import type { Right } from '../../src/fund/people/actor.ts';
import * as people from '../../src/fund/people/index.ts';
import * as projects from '../../src/fund/projects/index.ts';
import * as proposals from '../../src/fund/proposals/index.ts';
import * as roster from '../../src/fund/roster/index.ts';
import * as second from '../../src/fund/second/index.ts';
import * as staff from '../../src/fund/staff/index.ts';
import * as works from '../../src/fund/works/index.ts';
import * as broadcasts from '../../src/outreach/broadcasts/readBroadcasts.ts';
import * as month from '../../src/outreach/readMonth.ts';
import * as groupTexts from '../../src/web/console/messages/groupTexts.ts';
import * as navigation from '../../src/web/console/navigation.ts';
import * as waiting from '../../src/web/console/waiting.ts';

const ROOMS: readonly Readonly<Record<string, unknown>>[] = [
  ...[accounts, ballots, cycles, files, inquiries, log, meetings, misses, paper, people, projects, proposals, roster, second, staff, works],
  ...[broadcasts, month],
  ...[groupTexts, navigation, waiting],
];

/** Everything that staff read, and what only some of its readers see (`view`, `sight`), of the rooms and of the console, by name. */
export const VIEWS: readonly Right[] = ROOMS.flatMap((room) => Object.values(room))
  .filter(isRead)
  .toSorted((one, other) => (one.name < other.name ? -1 : 1));

function isRead(value: unknown): value is Right {
  return typeof value === 'object' && value !== null && 'may' in value && ('read' in value || 'isSight' in value);
}
