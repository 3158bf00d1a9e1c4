import * as ballots from '../../src/fund/ballots/index.ts';
import * as cycles from '../../src/fund/cycles/index.ts';
import type { Actor } from '../../src/fund/people/actor.ts';
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
