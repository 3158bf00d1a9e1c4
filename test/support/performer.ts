import type { Act, Place, Typed } from '../../src/fund/act/index.ts';
import { operator } from '../../src/fund/people/actor.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import type { World } from '../../src/store/world.ts';
import type { Town } from './town.ts';

/** Does an act in a town as its form or its command does: 李姐 on the server, unless somebody else. */
export function performer(world: World, { community, notify }: Pick<Town, 'community' | 'notify'>, actor: Actor = operator('李姐')) {
  return <Result extends object, Why extends string>(act: Act<Result, Why>, at: Place = {}, input: Typed = {}, by = actor) =>
    act.perform({ world, notify }, { community, at, input, actor: by });
}
