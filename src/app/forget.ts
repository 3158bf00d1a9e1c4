import { forgetRecent } from '../dialog/conversation.ts';
import { Community, LETTERS_DAYS } from '../fund/communities/index.ts';
import { forgetUploads } from '../fund/files/index.ts';
import { forgetAnswered } from '../fund/inquiries/index.ts';
import { forgetObjectors } from '../fund/meetings/index.ts';
import { forgetMisses } from '../fund/misses/index.ts';
import { forgetPaper } from '../fund/paper/index.ts';
import { forgetAskers, forgetCodes } from '../fund/people/index.ts';
import { forgetProposers } from '../fund/proposals/index.ts';
import { forgetErased } from '../fund/roster/index.ts';
import { forgetSeconds } from '../fund/second/index.ts';
import { forgetChallenges, forgetSessions, forgetSignIns } from '../fund/staff/index.ts';
import { forgetSentProgress } from '../fund/works/index.ts';
import { forgetTold } from '../outreach/calendar/nudge.ts';
import { forgetCallBacks } from '../outreach/callBacks.ts';
import { forgetMessages } from '../outreach/outbox/forgetMessages.ts';
import { collection } from '../store/collection.ts';
import { DAY_MS } from '../store/wallTime.ts';
import type { World } from '../store/world.ts';

/** Forgets what is over, each kind by its own term (docs/privacy.md: What is kept how long). */
export async function forgetWhatIsOver(world: World): Promise<void> {
  const now = world.now();
  await Promise.all([
    forgetRecent(world),
    forgetCodes(now),
    forgetErased(now),
    forgetCallBacks(now),
    forgetMessages(now),
    forgetMisses(now),
    forgetSignIns(now),
    forgetChallenges(now),
    forgetSessions(now),
    forgetSeconds(now),
    forgetUploads(now),
    forgetPaper(),
    forgetTold(now),
    forgetSentProgress(now),
  ]);
}

/** Forgets what residents wrote to the committee, and who wrote it, as long after the answer as each community keeps it. */
export async function forgetLetters({ now }: World): Promise<void> {
  for await (const { _id, keep } of collection(Community).find({}, { projection: { keep: 1 } })) {
    const before = new Date(now().getTime() - (keep?.letters ?? LETTERS_DAYS) * DAY_MS);
    await Promise.all([forgetAnswered(_id, before), forgetObjectors(_id, before), forgetProposers(_id, before), forgetAskers(_id, before)]);
  }
}
