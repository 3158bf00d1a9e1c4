import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { index, records } from '../../store/records.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import type { Actor } from './actor.ts';

/**
 * What one member of the staff does so often within an hour at most, each far above what anybody does in earnest: after that they wait for an hour, and others go
 * on. `wrongCard`: types a card that is none. `request`: takes down at a table that somebody asks to join. `assisted`: enters a ballot beside its voter.
 */
export const MOST_AN_HOUR = { wrongCard: 20, request: 30, assisted: 30 } as const;
export type Hourly = keyof typeof MOST_AN_HOUR;

/** Whether a member of the staff has to wait before they do it again. */
export async function mustWait(world: Pick<World, 'now'>, community: string, actor: Actor, what: Hourly): Promise<boolean> {
  return isFull(await timesOf(community, actor, what), what, world.now());
}

/** Notes that they do it once more; false: they have to wait, and nothing is noted. A command on the server is not bound. */
export async function mayStill(world: World, community: string, actor: Actor, what: Hourly): Promise<boolean> {
  if (actor.kind !== 'staff') return true;
  return (await withLog(world, community, (session) => countHourly(world, community, actor, what, session))) !== 'waiting';
}

/** Notes in a transaction that a member of the staff does it. `waiting`: they have to wait, and nothing is noted; `last`: from now on they have to. */
export async function countHourly(
  world: Pick<World, 'now'>,
  community: string,
  actor: Actor,
  what: Hourly,
  session: mongo.ClientSession,
): Promise<'waiting' | 'last' | 'more'> {
  const at = world.now();
  const before = await timesOf(community, actor, what, session);
  if (isFull(before, what, at)) return 'waiting';
  const times = [...before, at].slice(-MOST_AN_HOUR[what]);
  await collection(HourOfStaff).updateOne({ _id: idOf(community, actor, what) }, { $set: { times, at } }, { session, upsert: true });
  return isFull(times, what, at) ? 'last' : 'more';
}

async function timesOf(community: string, actor: Actor, what: Hourly, session?: mongo.ClientSession): Promise<readonly Date[]> {
  const found = await collection(HourOfStaff).findOne({ _id: idOf(community, actor, what) }, session ? { session } : {});
  return found?.times ?? [];
}

function idOf(community: string, { id }: Actor, what: Hourly): string {
  return `${community}|${id}|${what}`;
}

/** Whether the last of so many times was within an hour of the first of them, and less than an hour ago. */
function isFull(times: readonly Date[], what: Hourly, now: Date): boolean {
  const [first, last] = [times[0], times.at(-1)];
  if (!first || !last || times.length < MOST_AN_HOUR[what]) return false;
  return last.getTime() - first.getTime() < HOUR_MS && now.getTime() - last.getTime() < HOUR_MS;
}

/** The last times that a member of the staff did it. */
export const HourOfStaff = records(
  'hoursofstaff',
  {
    /** `COMMUNITY|ID|WHAT`: the role's. */
    _id: String,
    /** The oldest first. */
    times: [Date],
    /** The last one. */
    at: Date,
  },
  [index({ at: 1 })],
);
