import type { Act } from '../../contacts/act.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { type LookUp, lookUps, readersLookUps } from '../../store/lookUps.ts';
import { perWorld, type World } from '../../store/world.ts';
import { type CycleRecord, currentCycle, cycleBefore } from '../cycles/index.ts';
import { type Actor, SEES_WORKS, view } from '../people/index.ts';
import { type BallotItem, ballotItem } from '../projects/index.ts';
import { staffRole } from '../staff/index.ts';
import { Implementer } from './implementers.ts';
import { Work, type WorkRecord } from './work.ts';

/** A work by its cycle and its project's number, for those who may read it; null if there is none. Pages and API read it. */
export function workByNumber(cycle: string, number: number): Promise<WorkRecord | null> {
  return forReaders(Work).findOne({ _id: { cycle, number } });
}

/** The works of a cycle by number: as many as it has winners. */
export function worksOfCycle(cycle: string): Promise<WorkRecord[]> {
  return forReaders(Work)
    .find({ '_id.cycle': cycle }, { sort: { '_id.number': 1 } })
    .toArray();
}

/** The works of a cycle by number; requests for several cycles at the same time share one command. */
export const worksOfMany: (world: World) => (cycle: string) => Promise<readonly WorkRecord[]> = perWorld((world) =>
  readersLookUps(world)({
    model: Work,
    pipeline: (cycles) => [{ $match: { '_id.cycle': { $in: cycles } } }, { $sort: { '_id.number': 1 } }],
    results: (found: readonly WorkRecord[], cycles) => {
      const known = new Map<string, WorkRecord[]>(cycles.map((cycle) => [cycle, []]));
      for (const work of found) known.get(work._id.cycle)?.push(work);
      return cycles.map((cycle) => known.get(cycle) ?? []);
    },
  }),
);

/** The works of a cycle by number, for a member of the staff; an implementer reads only those for which they were chosen. */
export const readWorks = view({
  name: 'work.list',
  may: SEES_WORKS,
  query: async ({ world, community, actor }, cycle: string): Promise<WorkRecord[]> => {
    const numbers = await ownImplementers(world)(community, actor);
    const works = await worksOfCycle(cycle);
    return works.filter(
      (work) => work.community === community && (!numbers || (work.chosen !== undefined && numbers.includes(work.chosen.implementer))),
    );
  },
});

/** Throws `not-allowed` if an implementer acts on a work for which they were not chosen. Whether others may, `checkRight` says. */
export async function isOwnWork(world: World, { community, chosen }: Pick<WorkRecord, 'community' | 'chosen'>, actor: Actor): Promise<void> {
  const own = ownImplementers(world);
  const numbers = await own(community, actor);
  if (!numbers || (chosen && numbers.includes(chosen.implementer))) return;
  throw new CodedError('not-allowed', 'You may do this only for the works for which you were chosen; ask one of the cadres.');
}

/** The implementers of a community that have the actor's phone; undefined if the actor is no implementer, and may see all works. */
export function ownImplementers({ vault }: Pick<World, 'vault'>): (community: string, actor: Actor) => Promise<number[] | undefined> {
  return async (community, actor) => {
    if (actor.kind !== 'staff' || actor.role !== 'implementer') return undefined;
    const role = await staffRole({ vault }, actor.id);
    if (!role) return [];
    const found = await collection(Implementer)
      .find({ '_id.community': community, phone: role.phone }, { projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => _id.number);
  };
}

/** A work that a message names by its number. */
export interface WorkHere {
  readonly cycle: string;
  readonly item: BallotItem;
  readonly state: WorkRecord['state'];
}

/**
 * The work that has a number in the current cycle, or else in the one before; null if neither has one. One that `isMeant` goes before one that is not: late
 * works of last year are rated while this year's of the same number is not done.
 */
export const workHere: (
  world: World,
) => (number: number, act: Pick<Act, 'community' | 'at'>, isMeant?: (work: WorkRecord) => boolean) => Promise<WorkHere | null> = perWorld((world) => {
  const find = lookUps(world)(workByName);
  return async (number, act, isMeant = () => true) => {
    const cycles = await cyclesOfWorks(world, act);
    const works = await Promise.all(cycles.map(({ _id }) => find(`${_id}|${number}`)));
    const meant = works.findIndex((work) => work !== null && isMeant(work));
    const at = meant < 0 ? works.findIndex((work) => work !== null) : meant;
    const [cycle, work] = [cycles[at], works[at]];
    const item = cycle && itemIn(cycle, number);
    return item && work ? { cycle: cycle._id, item, state: work.state } : null;
  };
});

/** The cycles whose works messages are about: the current one, and the one before. */
export async function cyclesOfWorks(world: World, { community, at }: Pick<Act, 'community' | 'at'>): Promise<CycleRecord[]> {
  const current = currentCycle(world);
  const before = cycleBefore(world);
  const cycle = await current(community, at);
  const last = cycle && (await before(cycle));
  return [...(cycle ? [cycle] : []), ...(last ? [last] : [])];
}

export function itemIn({ projects }: CycleRecord, number: number): BallotItem | undefined {
  const project = projects.find((each) => each.number === number);
  return project && ballotItem(project);
}

const workByName: LookUp<WorkRecord, WorkRecord | null> = {
  model: Work,
  pipeline: (names) => [{ $match: { _id: { $in: names.map(workIn) } } }, { $project: { state: 1 } }],
  results: (found, names) => {
    const works = new Map(found.map((work) => [`${work._id.cycle}|${work._id.number}`, work]));
    return names.map((name) => works.get(name) ?? null);
  },
};

/** The work in `CYCLE|NUMBER`. */
export function workIn(name: string): WorkRecord['_id'] {
  const [cycle = '', number] = name.split('|');
  return { cycle, number: Number(number) };
}
