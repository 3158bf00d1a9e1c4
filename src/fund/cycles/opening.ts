import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { sha256 } from '../../store/vault.ts';
import { dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import type { Rule } from '../ballots/tally/index.ts';
import { findCommunity } from '../communities/index.ts';
import { Resident } from '../people/index.ts';
import { heldVote, isFrozen, voteOf } from './calendar.ts';
import { Cycle, type CycleRecord, type Frozen, type FrozenCycle, type Hold, type Project } from './cycle.ts';
import { asMarked, markedAnew } from './cycleMark.ts';
import { isOpenByDay } from './daytime.ts';
import { HEARD_MS } from './extendCycle.ts';

/**
 * If there are fewer residents, every entry bears the day on which the vote opened, and entries are public only after the close (docs/contract.md:
 * The ledger).
 */
const SMALL = 500;

/**
 * Freezes a cycle's ballot as its vote opens: counts the residents, draws the lot if the file gives none, and makes the key of the pseudonyms. One
 * process wins; any other that tries gets what the first one froze. Rejects with `unknown-cycle` if there is no such cycle.
 */
export async function freeze(world: World, id: string): Promise<FrozenCycle> {
  for (;;) {
    const cycle = await collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
    if (isFrozen(cycle)) return cycle;
    const { title, budget, currency, rule, threshold, choices, stages, moves, holds, projects } = cycle;
    const lot = cycle.lot ?? drawLot(world.randomBytes, numbersOf(projects));
    const ballot = frozenBallot({ cycle: id, title, budget, currency, rule, threshold, choices, projects, lot });
    const frozen = { at: world.now(), ballot, hash: sha256(ballot), ...(await roll(world, cycle)) };
    await collection(Cycle).updateOne(
      {
        _id: id,
        ...asMarked(cycle),
        frozen: { $exists: false },
        title,
        budget,
        currency,
        rule,
        threshold,
        choices,
        stages,
        moves,
        holds: holds ?? { $exists: false },
        projects,
      },
      {
        $set: {
          frozen,
          lot,
          ...markedAnew(world.vault, cycle, { ...cycle, frozen }),
          pseudonymKey: world.vault.encrypt('pseudonymKey', id, world.randomBytes(32)),
        },
      },
    );
  }
}

async function roll(world: World, cycle: CycleRecord): Promise<Pick<Frozen, 'residents' | 'timezone' | 'day'>> {
  const { community } = cycle;
  const [place, residents] = await Promise.all([
    findCommunity(community),
    collection(Resident).countDocuments({ community, erasedAt: { $exists: false } }, { timeoutMS: 60_000 }),
  ]);
  if (!place) throw new CodedError('unknown-community', 'There is no such community any more.');
  const { timezone } = place;
  const opened = voteOf(cycle, world.now())?.from ?? world.now();
  return { residents, timezone, ...(residents < SMALL && { day: dayOf(opened, timezone) }) };
}

function numbersOf(projects: CycleRecord['projects']): number[] {
  return projects.map(({ number }) => number);
}

/** What was fixed as voting opened, as `/api/cycles/ID/ballot` gives it. Money is in whole units of `currency`. */
export interface FrozenBallot {
  readonly cycle: string;
  readonly title: string;
  readonly budget: number;
  readonly currency: string;
  readonly rule: Rule;
  readonly threshold: number;
  readonly choices: { readonly min: number; readonly max: number };
  /** In ascending order of their numbers. */
  readonly projects: readonly Omit<Project, 'also'>[];
  /** All project numbers; in a tie, the first of them wins. */
  readonly lot: readonly number[];
}

/** The frozen ballot's text: JSON without blanks, with its keys in this order, without keys that have no value. Its bytes never change. */
function frozenBallot({ cycle, title, budget, currency, rule, threshold, choices, projects, lot }: FrozenBallot): string {
  return JSON.stringify({
    cycle,
    title,
    budget,
    currency,
    rule,
    threshold,
    choices: { min: choices.min, max: choices.max },
    projects: projects
      .toSorted((one, other) => one.number - other.number)
      .map(({ number, title, short, titles, category, cost, detail, place, due }) => ({
        number,
        title,
        short,
        titles,
        category,
        cost,
        detail,
        place,
        due,
      })),
    lot,
  } satisfies FrozenBallot);
}

/** The ballot that voting opened with. It decides which picks are allowed and which projects win, not the cycle's record of today. */
export function readFrozen({ ballot }: Pick<Frozen, 'ballot'>): FrozenBallot {
  return JSON.parse(ballot);
}

/** Puts numbers into a random order; every order is as likely as any other (Fisher and Yates). */
export function drawLot(randomBytes: World['randomBytes'], numbers: readonly number[]): number[] {
  const lot = [...numbers];
  for (let last = lot.length - 1; last > 0; last--) {
    const place = below(randomBytes, last + 1);
    [lot[last], lot[place]] = [lot[place] as number, lot[last] as number];
  }
  return lot;
}

/** A random whole number below `limit`. A value that would make the lower numbers likelier is drawn again. */
function below(randomBytes: World['randomBytes'], limit: number): number {
  const fair = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const drawn = randomBytes(4).readUInt32BE();
    if (drawn < fair) return drawn % limit;
  }
}

/** The cycles whose vote may still be held back: its close is to come, and it has not opened. */
export function unopenedCycles(now: Date): Promise<CycleRecord[]> {
  const toCome = { $gt: now };
  return collection(Cycle)
    .find({ frozen: { $exists: false }, $or: [{ 'stages.from': toCome }, { 'moves.from': toCome }] }, { projection: { pseudonymKey: 0 } })
    .toArray();
}

/**
 * Holds a cycle's vote back from `since` on, or lets it go if that is undefined: it then opens on its day, or, if that has come, as soon as every
 * process has heard of it. One that would be open for less than eight hours of daytime by now is not let go: it takes other dates, or two persons
 * (`openAllTheSame`). What is about to open opens. Does nothing if somebody else changed the calendar meanwhile: the next look sees that. `session`: the
 * act by which there is something to hold it back for, so that nobody opens it in between.
 */
export async function holdVote(world: World, cycle: CycleRecord, since: Date | undefined, session?: mongo.ClientSession): Promise<void> {
  const { _id, stages, moves, holds: before = [] } = cycle;
  const now = world.now();
  const heard = new Date(now.getTime() + HEARD_MS);
  const vote = voteOf(cycle, heard);
  if (vote && vote.from <= heard) return;
  if (!since && (await isMostlyOver(cycle, heard))) return;
  const holds = heldSince(before, since, { now, heard });
  if (isDeepStrictEqual(holds, before)) return;
  const asSeen = { _id, frozen: { $exists: false }, stages, moves, holds: cycle.holds ?? { $exists: false }, ...asMarked(cycle) };
  const marked = markedAnew(world.vault, cycle, { ...cycle, holds });
  await collection(Cycle).updateOne(asSeen, { $set: { holds, ...marked } }, { ...(session && { session }) });
}

/** Whether of a vote that is held back too little is left for people to notice it, and more was planned: else who causes the hold chooses its last minutes. */
async function isMostlyOver(cycle: Parameters<typeof holdVote>[1], at: Date): Promise<boolean> {
  const held = heldVote(cycle, at);
  const place = held && (await findCommunity(cycle.community));
  return place ? isOpenByDay(held, held.from, place.timezone) && !isOpenByDay(held, at, place.timezone) : false;
}

/** What holds a vote back now holds it on whatever day it is to open, so that no other date leads past it. */
const ALWAYS = new Date(0);

function heldSince(before: readonly Hold[], since: Date | undefined, { now, heard }: { now: Date; heard: Date }): Hold[] {
  const from = since && since <= now ? ALWAYS : since;
  const open = before.find(({ to }) => to === undefined);
  const isOver = open !== undefined && open.from <= now && from !== ALWAYS;
  const over = isOver ? [{ from: ALWAYS, to: heard }] : before.filter(({ to }) => to !== undefined);
  return [...over, ...(from ? [{ from }] : [])];
}
