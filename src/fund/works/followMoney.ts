import type { mongo } from 'mongoose';
import type { World } from '../../store/world.ts';
import type { EntryGiven, Sums } from '../accounts/index.ts';
import type { Acting } from '../log/index.ts';
import { LAST_PAPERS, lacksPapers } from './papers.ts';
import { takeStep } from './takeStep.ts';
import { findWork, type WorkRecord, type WorkState } from './work.ts';

interface Following {
  readonly acting: Acting;
  readonly cycle: string;
  /** The community's day. */
  readonly today: string;
}

/**
 * Lets a work follow an entry of its money, in the entry's transaction: one that is accepted becomes `paid` with the last payment, and one that is no longer
 * paid off is `accepted` again. Gives its new state, if it has one.
 */
export async function followMoney(
  world: World,
  { acting, cycle, today }: Following,
  { kind, work: number, reason }: Pick<EntryGiven, 'kind' | 'work' | 'reason'>,
  sums: Sums,
  session: mongo.ClientSession,
): Promise<{ readonly state?: WorkState }> {
  if (number === undefined || (kind !== 'paid' && kind !== 'contracted')) return {};
  const work = await findWork(cycle, number, session);
  const isOff = isPaidOff(sums);
  const isOwed = !isOff && (work?.state === 'paid' || work?.state === 'rated');
  const isSettled = isOff && work !== null && (await maySettle(world, work, session));
  if (!work || !(isOwed || isSettled)) return {};
  const { by, confirmed } = acting;
  const state = isOwed ? 'accepted' : 'paid';
  const back = isOwed ? { isBack: true as const, ...(reason && { reason }) } : {};
  await takeStep(world, work, { state, day: today, by, ...(confirmed && { second: confirmed.by }), at: world.now(), ...back }, session);
  return { state };
}

/** Whether everything that a work's contract says is paid. */
export function isPaidOff({ contracted, paid }: Sums): boolean {
  return contracted > 0 && paid === contracted;
}

/** Whether a work becomes `paid` once it is paid off. */
export async function maySettle(world: Pick<World, 'vault'>, work: WorkRecord, session: mongo.ClientSession): Promise<boolean> {
  return work.state === 'accepted' && !(await lacksPapers(world, work, LAST_PAPERS, session));
}
