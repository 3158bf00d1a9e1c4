import { CodedError } from '../../store/codedError.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { cycleById } from '../cycles/cycleById.ts';
import { Community } from '../records/community.ts';
import { countLedger } from './countLedger.ts';

/**
 * The counted picks of a sealed cycle for everybody, shuffled, in the same order at every call.
 * Rejects as `countLedger` does, and with `supervisors-only` where the community has `ballots: supervisors`.
 */
export function ballotsOf(world: World): (cycle: string) => Promise<(readonly number[])[]> {
  const byId = cycleById(world);
  return async (id) => {
    const community = (await byId(id))?.community;
    const place = community && (await native(Community).findOne({ _id: community }, { projection: { ballots: 1 } }));
    if (place && place.ballots === 'supervisors')
      throw new CodedError('supervisors-only', 'This community shows single ballots to its supervisors only.');
    return (await countLedger(world, id)).counted.map(({ picks }) => picks);
  };
}
