import type { Acting } from '../log/index.ts';
import { type Actor, checkRight, type RIGHTS } from '../people/index.ts';
import { findWork, type WorkRecord } from './work.ts';

/** Which work an act is done to, and who does it. */
export interface OnWork {
  readonly cycle: string;
  /** The project's. */
  readonly number: number;
  readonly actor: Actor;
}

/** A work as it is now, for somebody who may do this act; null if there is none. Throws `not-allowed` (`checkRight`). */
export async function workFor(
  { cycle, number, actor }: OnWork,
  act: keyof typeof RIGHTS,
): Promise<{ readonly work: WorkRecord; readonly acting: Acting; readonly community: string } | null> {
  const work = await findWork(cycle, number);
  return work && { work, acting: checkRight(actor, act, work.community), community: work.community };
}
