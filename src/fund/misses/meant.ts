import type { mongo } from 'mongoose';
import { z } from 'zod';
import { wholeDay } from '../../contacts/addressBook.ts';
import { collection } from '../../store/collection.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { act, done, line, refuse, subject } from '../act/index.ts';
import { DAILY_WORK, namesOnRoster, SEES_NUMBERS, SEES_PEOPLE, view } from '../people/index.ts';
import { staffOf } from '../staff/index.ts';
import { MISSES_DAYS, Miss, type Missed, missIds, missKey, readMisses } from './miss.ts';

/** What is no kind of the dialog: one of the community's own answers, and what nobody at the desk can tell. */
export const OWN = 'own';
export const UNCLEAR = 'unclear';
/** So many are shown a week. */
const MOST_A_WEEK = 10;
const WEEK_MS = 7 * DAY_MS;

/** A text that was missed, without names, under its key. */
export interface ShownMiss extends Missed {
  readonly key: string;
}

/** What is shown to somebody at the desk: without the names of the roster and the staff, the most frequent first; how many of them are wanted this week. */
export const missesFor = view({
  name: 'miss.list',
  may: SEES_PEOPLE,
  query: async ({ world, community }): Promise<{ readonly misses: readonly ShownMiss[]; readonly wanted: number }> => {
    const [missed, wanted, masked] = await Promise.all([readMisses(world, community), wantedOf(world, community), withoutNames(world, community)]);
    return { misses: missed.map(({ text, count }) => ({ key: missKey(world.vault, community, text), text: masked(text), count })), wanted };
  },
});

/** How many wait to be looked at this week, for Today. */
export const waitingMisses = view({
  name: 'miss.waiting',
  may: SEES_NUMBERS,
  query: async ({ world, community }): Promise<{ readonly count: number }> => {
    const wanted = await wantedOf(world, community);
    return { count: wanted === 0 ? 0 : Math.min(wanted, (await readMisses(world, community)).length) };
  },
});

async function wantedOf({ now }: Pick<World, 'now'>, community: string): Promise<number> {
  const since = wholeDay(new Date(now().getTime() - WEEK_MS));
  return MOST_A_WEEK - (await collection(Miss).countDocuments({ community, kind: { $exists: true }, day: { $gt: since } }, { limit: MOST_A_WEEK }));
}

/** Replaces each name of the roster and the staff by as many stars. */
export async function withoutNames(world: World, community: string): Promise<(text: string) => string> {
  const staff = (await staffOf(world, community)).map(({ name }) => name);
  const longestFirst = [...staff, ...(await namesOnRoster(world, community))].toSorted((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((masked, name) => masked.replaceAll(name, '*'.repeat([...name].length)), text);
}

/** What was said of one. */
interface Said {
  readonly kind: string;
  readonly asks?: string | undefined;
}

interface Found {
  readonly community: string;
  readonly key: string;
  readonly text: string;
  readonly count: number;
  readonly said?: Said;
}

const missed = subject({
  path: '/misses/:miss',
  isOneOfMany: true,
  find: ({ world }, community, { miss = '' }, session) => findMiss(world, community, miss, session),
  name: () => 'misses',
});

/**
 * Says what was meant by a message that was not understood: a kind of the dialog, of which the room knows nothing, `OWN` with the first wording of the
 * community's answer, or `UNCLEAR`. The log has the kind alone.
 */
export const sayMeant = act({
  name: 'miss.meant',
  may: DAILY_WORK,
  on: missed,
  input: z.strictObject({ kind: line(30), asks: line(100).optional() }),
  refusals: { saidBefore: null },
  async run({ world, session, on, input: { kind, asks } }) {
    if (on.said) return on.said.kind === kind && on.said.asks === asks ? done({}) : refuse('saidBefore');
    const { vault, now } = world;
    const { community, key, count } = on;
    const day = wholeDay(now());
    const text = vault.encrypt('missText', key, (await withoutNames(world, community))(on.text));
    await collection(Miss).insertOne({ _id: key, community, day, text, count, kind, ...(asks !== undefined && { asks }) }, { session });
    const days = Array.from({ length: MISSES_DAYS + 2 }, (_, ago) => new Date(day.getTime() - ago * DAY_MS));
    await collection(Miss).deleteMany({ community, _id: { $in: missIds(vault, community, days, on.text) } }, { session });
    return done({}, { after: { meant: kind } });
  },
});

async function findMiss(world: World, community: string, key: string, session?: mongo.ClientSession): Promise<Found | null> {
  const said = await collection(Miss).findOne({ _id: key, community, kind: { $exists: true } }, { ...(session && { session }) });
  if (said?.kind !== undefined) return { community, key, text: '', count: said.count, said: { kind: said.kind, asks: said.asks } };
  const found = (await readMisses(world, community, session)).find(({ text }) => missKey(world.vault, community, text) === key);
  return found ? { community, key, ...found } : null;
}

/** What was meant by texts that were missed, for `npm run learn`: the oldest first. */
export async function readMeant({ vault }: Pick<World, 'vault'>, community: string): Promise<(Said & { readonly text: string })[]> {
  const found = await collection(Miss)
    .find({ community, kind: { $exists: true } }, { promoteBuffers: true, sort: { day: 1, _id: 1 } })
    .toArray();
  return found.flatMap(({ _id, text: encrypted, kind, asks }) => {
    const text = textIfOurs(vault, 'missText', _id, encrypted);
    return kind === undefined || text === undefined ? [] : [{ text, kind, asks }];
  });
}
