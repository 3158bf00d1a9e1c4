import { model, Schema } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import type { Nudged } from '../../dialog/cadreOutcome.ts';
import { turnout } from '../../fund/ballots/index.ts';
import { communityBySlug } from '../../fund/communities/index.ts';
import { currentCycle, voteOf } from '../../fund/cycles/index.ts';
import { type Actor, actingCadre, checkRight } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { quietUntil } from '../quietUntil.ts';

/** 催票: a cadre who writes asks for reminders (`askReminders`). That it is they who write is proved before. */
export function nudge(world: World): (input: unknown, act: Act) => Promise<Nudged> {
  const cadreOf = actingCadre(world);
  const remind = askReminders(world);
  return async (_, act) => {
    const cadre = await cadreOf(act);
    return cadre ? remind(cadre, act) : { refused: 'notCadre' };
  };
}

/** Those who have not voted are reminded at the next look at the calendars, within a day. Once for each act. */
export function askReminders(world: World): (actor: Actor, act: Pick<Act, 'key' | 'at' | 'community' | 'beginWrite'>) => Promise<Nudged> {
  const current = currentCycle(world);
  const bySlug = communityBySlug(world);
  const turnoutOf = turnout(world);
  return async (actor, { key, at, community, beginWrite }) => {
    checkRight(actor, 'askReminders', community);
    const [cycle, place] = await Promise.all([current(community, at), bySlug(community)]);
    const vote = cycle && voteOf(cycle);
    if (!cycle || !place || !vote || at < vote.from || at >= vote.to) return { refused: 'notVoting' };
    const _id = ['nudge', cycle._id, world.vault.hmac('act', key, 'nudge')].join('|');
    const until = new Date(Math.min(vote.to.getTime(), at.getTime() + DAY_MS));
    beginWrite();
    await collection(AnnouncementProgress).updateOne(
      { _id },
      { $setOnInsert: { community, cycle: cycle._id, at, nudge: { by: actor.name, until } } },
      { upsert: true },
    );
    const { residents, voters } = await turnoutOf(cycle._id);
    const waitsUntil = quietUntil(place, at);
    return { notVoted: residents - voters, ...(waitsUntil && { waitsUntil: waitsUntil.toISOString() }) };
  };
}

/** How far an occasion has been told. */
export interface AnnouncementProgressRecord {
  /** The occasion's id. */
  _id: string;
  community?: string;
  cycle?: string;
  at: Date;
  /** How far it was told: `_id` of the last one; of what was left unfinished, an hour in milliseconds, with the last `_id` where it was cut off. */
  cursor?: string;
  doneAt?: Date;
  /** 催票: asked for by a cadre, not by the calendar; not told any more from then on. */
  nudge?: { by: string; until: Date };
}

const schema = new Schema<AnnouncementProgressRecord>(
  {
    _id: { type: String, required: true },
    community: String,
    cycle: String,
    at: { type: Date, required: true },
    cursor: String,
    doneAt: Date,
    nudge: { type: { by: { type: String, required: true }, until: { type: Date, required: true } }, _id: false },
  },
  { strict: 'throw', versionKey: false, collection: 'announcementProgress' },
);
schema.index({ doneAt: 1 }, { partialFilterExpression: { nudge: { $exists: true } } });

export const AnnouncementProgress = model<AnnouncementProgressRecord>('AnnouncementProgress', schema);
