import type { World } from '../../../store/world.ts';
import { turnout } from '../ledger/results.ts';
import { inTens } from './inTens.ts';
import type { Share } from './turnoutShares.ts';

/** How many took part, for what staff may look at as often as they like: in tens until the ledger is sealed. Rejects with `unknown-cycle`. */
export async function turnoutStep(world: World, cycle: string): Promise<Share> {
  const turnoutOf = turnout(world);
  const { voters, residents, ballots } = await turnoutOf(cycle);
  return { residents, voters: ballots === null ? inTens(voters) : voters };
}
