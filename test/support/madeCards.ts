import * as roster from '../../src/fund/roster/index.ts';
import { tried } from './tried.ts';

/** Draws cards; `enact` puts them in force, by `tried`. */
export async function makeCards(...given: Parameters<typeof roster.makeCards>) {
  const [world, community, , actor] = given;
  const { cards, input } = await roster.makeCards(...given);
  return { cards, enact: () => tried(world)(roster.enactCards, { community, actor, ...input }) };
}
