import type { Act } from '../../contacts/act.ts';
import type { Nudged } from '../../dialog/cadreOutcome.ts';
import { turnoutStep } from '../../fund/ballots/index.ts';
import { communityBySlug } from '../../fund/communities/index.ts';
import { currentCycle, voteOf } from '../../fund/cycles/index.ts';
import { withLog } from '../../fund/log/index.ts';
import { type Actor, actingCadre, BY_MESSAGE_TOO, checkRight, type Right } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { index, optional, type RecordOf, records } from '../../store/records.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { quietUntil } from '../quietUntil.ts';

export const REMINDING = { name: 'reminder.ask', may: BY_MESSAGE_TOO } as const satisfies Right;

/** 催票: a cadre asks for reminders by message (`askReminders`). The cadre has proved who they are before. */
export async function nudge(world: World, _: unknown, act: Act): Promise<Nudged> {
  const cadre = await actingCadre(world, act);
  return cadre ? askReminders(world, cadre, act) : { refused: 'notCadre' };
}

/** Residents who have not voted are reminded at the next look at the calendars, within a day. Once for each act. */
export async function askReminders(
  world: World,
  actor: Actor,
  { key, at, community, beginWrite }: Pick<Act, 'key' | 'at' | 'community' | 'beginWrite'>,
): Promise<Nudged> {
  const current = currentCycle(world);
  const bySlug = communityBySlug(world);
  const acting = checkRight(actor, REMINDING, community);
  const [cycle, place] = await Promise.all([current(community, at), bySlug(community)]);
  const vote = cycle && voteOf(cycle, at);
  if (!cycle || !place || !vote || at < vote.from || at >= vote.to) return { refused: 'notVoting' };
  const _id = ['nudge', cycle._id, world.vault.hmac('act', key, 'nudge')].join('|');
  const until = new Date(Math.min(vote.to.getTime(), at.getTime() + DAY_MS));
  beginWrite();
  await withLog(world, community, async (session, write) => {
    const { upsertedCount } = await collection(AnnouncementProgress).updateOne(
      { _id },
      { $setOnInsert: { community, cycle: cycle._id, at, nudge: { by: actor.name, until } } },
      { upsert: true, session },
    );
    if (upsertedCount === 1) await write({ ...acting, subject: cycle._id, detail: { after: { until } } });
  });
  const { residents, voters } = await turnoutStep(world, cycle._id);
  const waitsUntil = quietUntil(place, at);
  return { notVoted: residents - voters, ...(waitsUntil && { waitsUntil: waitsUntil.toISOString() }) };
}

/** How far the announcement of an occasion has come. */
export const AnnouncementProgress = records(
  'announcementProgress',
  {
    /** The occasion's id. */
    _id: String,
    community: optional(String),
    cycle: optional(String),
    at: Date,
    /** The `_id` of the last one that was notified. For unfinished conversations an hour in milliseconds, with the last `_id` if it was cut off. */
    cursor: optional(String),
    doneAt: optional(Date),
    /** 催票: asked for by a cadre, not due by the calendar. Nobody is notified after `until`. */
    nudge: optional({ by: String, until: Date }),
  },
  [
    index({ doneAt: 1 }, { partialFilterExpression: { nudge: { $exists: true } } }),
    // what was told long ago
    index({ at: 1 }, { partialFilterExpression: { cycle: { $exists: true } } }),
  ],
);
export type AnnouncementProgressRecord = RecordOf<typeof AnnouncementProgress>;

/** No occasion is told so long after it: what was told need not be known any more. */
const TOLD_MS = 90 * DAY_MS;

/** Forgets which occasions were told long ago. */
export async function forgetTold(now: Date): Promise<void> {
  await collection(AnnouncementProgress).deleteMany({ cycle: { $exists: true }, at: { $lte: new Date(now.getTime() - TOLD_MS) } });
}
