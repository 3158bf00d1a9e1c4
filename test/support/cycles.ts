import type { Notify } from '../../src/contacts/notify.ts';
import * as ballots from '../../src/fund/ballots/index.ts';
import * as cycles from '../../src/fund/cycles/index.ts';
import * as files from '../../src/fund/files/index.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

interface On {
  readonly id: string;
  readonly actor: Actor;
  readonly reason?: string;
  readonly seen?: string;
}

/** What somebody does with a cycle's calendar, by `tried`. */
export function moveCycle(world: World) {
  return ({ id: cycle, ...given }: On & { readonly stage: string }) => tried(world)(ballots.moveCycle, { cycle, ...given });
}

export function extendCycle(world: World) {
  return ({ id: cycle, to, ...given }: On & { readonly what?: string; readonly to: Date }) =>
    tried(world)(cycles.extendCycle, { cycle, to: to.toISOString(), ...given });
}

export function openAllTheSame(world: World) {
  return ({ id: cycle, ...given }: On) => tried(world)(cycles.openAllTheSame, { cycle, ...given });
}

export function releaseResult(world: World) {
  return (given: { readonly cycle: string; readonly actor: Actor }) => tried(world)(cycles.releaseResult, given);
}

/** Plans a cycle, by `tried`. */
export function planCycle(world: World) {
  return (community: string, plan: files.CyclePlan | files.DatesPlan, actor: Actor) => tried(world)(files.planCycle, { community, plan, actor });
}

/** Changes one thing of a ballot, by `tried`. */
export function setBallot(world: World, notify: Notify) {
  return (
    community: string,
    { id, seen, change }: { readonly id: string; readonly seen: string; readonly change: files.BallotChange },
    actor: Actor,
  ) => tried(world, notify)(files.setBallot, { community, cycle: id, seen, change, actor });
}
