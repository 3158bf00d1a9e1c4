import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Resident } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';
import { holdersOf } from './holdersOf.ts';
import { reachOf } from './reachOf.ts';
import { recordConsent } from './recordConsent.ts';

/** `stays`: a deletion that waited for the end of the vote is taken back. */
export interface Started {
  readonly started: true;
  readonly stays: boolean;
}

/**
 * Undoes a stop, as far as that reached: every phone and chat of the person; on a shared phone, that phone. Kept with its words, time and channel.
 * A deletion that still waits, of whoever holds this phone or chat or asked for it here, is taken back.
 */
export function startMessages(world: World): (input: { words?: string }, act: Act) => Promise<Started> {
  const reach = reachOf(world);
  const holders = holdersOf(world);
  return async ({ words = '' }, act) => {
    const { holders: here } = await holders(act);
    await recordConsent(world, act, await reach(addressHmac(world.vault, act)), 'start', words);
    const { modifiedCount } = await native(Resident).updateMany(
      {
        community: act.community,
        leaving: { $exists: true },
        $or: [{ _id: { $in: here.map(({ resident }) => resident) } }, { 'leaving.from': addressHmac(world.vault, act) }],
      },
      { $unset: { leaving: 1 } },
    );
    return { started: true, stays: modifiedCount > 0 };
  };
}
