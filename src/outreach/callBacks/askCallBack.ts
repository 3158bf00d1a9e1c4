import { dayOf } from '../../fund/cycles/dayOf.ts';
import { isDuplicate } from '../../fund/isDuplicate.ts';
import type { CommunityRecord } from '../../fund/records/community.ts';
import { addressHmac } from '../../fund/roster/addressHmac.ts';
import { holdersAt } from '../../fund/roster/holdersOf.ts';
import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { CallBack } from './callBack.ts';
import { callBackSlot } from './callBackSlot.ts';

/** So long after the call was rejected the line is free again. */
const PAUSE_MS = 3_000;

/** Notes that somebody wants to be called back: a number of the roster, as often as it may be. The same call counts once. True where they will be. */
export function askCallBack(world: World): (call: { id: string; address: string; community: CommunityRecord }) => Promise<boolean> {
  const holders = holdersAt(world);
  return async ({ id, address, community: { _id: community, timezone } }) => {
    const at = world.now();
    const _id = world.vault.hmac('callBack', id);
    const from = addressHmac(world.vault, { community, channel: 'voice', address });
    const before = await native(CallBack)
      .find({ from, at: { $gt: new Date(at.getTime() - DAY_MS) } }, { projection: { at: 1 } })
      .toArray();
    if (before.some((earlier) => earlier._id === _id)) return true;
    const slot = callBackSlot(
      at,
      before.map((earlier) => earlier.at),
      timezone,
    );
    const { holders: known } = await holders(from);
    if (slot === undefined || known.length === 0) return false;
    try {
      await native(CallBack).insertOne({
        _id,
        community,
        address: world.vault.encrypt('callBackAddress', _id, address),
        from,
        slot: [from, dayOf(at, timezone), slot].join('|'),
        at,
        state: 'due',
        dueAt: new Date(at.getTime() + PAUSE_MS),
      });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false; // a call at the same moment
      throw error;
    }
  };
}
