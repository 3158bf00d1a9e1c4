import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forEachSettled } from '../../store/pauses.ts';
import { withMark } from '../../store/recordMark.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { openAccount, withAccount } from '../accounts/index.ts';
import { results } from '../ballots/index.ts';
import { todayIn } from '../communities/index.ts';
import { type CycleRecord, findCycle, isSealed, sealedSince, stageAt } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { Work, type WorkRecord } from './work.ts';

/** A cycle whose result is older than this when it is first looked at gets no works: it is from before there were any. */
const OLD_MS = 60 * DAY_MS;
/** Each look goes back a little further than the last one: another process may have written late. */
const AGAIN_MS = 10 * 60_000;

/**
 * Makes the works of the winners and opens the account, once for each cycle that has a result. Both are one transaction: a process that is killed
 * leaves all of it or nothing. It finds by itself what is to be done, so it may run late, twice or in several processes. The first run looks at
 * all sealed cycles, later ones only at those sealed since. A cycle that fails does not delay the others.
 */
export function beginWorks(world: World): () => Promise<void> {
  let from = new Date(0);
  return async () => {
    const now = world.now();
    const sealed = await sealedSince(from);
    const begun = await withAccount(sealed);
    const unbegun = sealed.filter((each) => !begun.has(each));
    await forEachSettled(unbegun, 'cycles', async (id) => {
      const cycle = await findCycle(id);
      if (cycle && !isOld(cycle, now)) await beginOf(world, cycle);
    });
    from = new Date(now.getTime() - AGAIN_MS);
  };
}

/** The results of a sealed cycle; undefined as long as what is remembered of it is from before its seal, a moment ago: the next look finds them. */
async function resultsOf(world: World, cycle: CycleRecord) {
  try {
    return await results(world, cycle._id);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'not-closed' && isSealed(world, cycle)) return undefined;
    throw error;
  }
}

function isOld(cycle: CycleRecord, now: Date): boolean {
  const { sealedAt } = cycle;
  return sealedAt !== undefined && now.getTime() - sealedAt.getTime() > OLD_MS && stageAt(cycle, now) === 'closed';
}

async function beginOf(world: World, sealed: CycleRecord): Promise<void> {
  const { _id: cycle, community, currency, budget, projects } = sealed;
  const counted = await resultsOf(world, sealed);
  if (!counted) return;
  const { winners } = counted;
  const costs = new Map(projects.map(({ number, cost }) => [number, cost]));
  const at = world.now();
  const day = await todayIn(world, community);
  const service = { community, by: 'Yisheng', role: 'service' };
  await withLog(world, community, async (session, write) => {
    if ((await withAccount([cycle], session)).size > 0) return;
    const granted = winners.map((work) => ({ work, amount: costs.get(work) ?? 0 }));
    await openAccount(world.vault, { cycle, community, currency, budget, granted, day, by: service.by, at }, session);
    const step = { state: 'approved' as const, day, by: service.by, at };
    const works = winners.map((number): WorkRecord => {
      const begun = { steps: [step], offers: [], papers: [], news: 0, revision: 0 };
      return withMark(world.vault, 'works', { _id: { cycle, number }, community, state: step.state, ...begun });
    });
    if (works.length > 0) await collection(Work).insertMany(works, { session });
    await write({
      ...service,
      act: 'work.begin',
      subject: cycle,
      detail: { after: { works: winners, granted: granted.map(({ amount }) => amount) } },
    });
  });
}
