import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Resident } from '../records/resident.ts';
import { newTie } from './newTie.ts';

/** From now on this chat is the resident's, and the one before it is not. */
export function moveChat({ vault }: World): (input: { resident: string }, act: Act) => Promise<{ moved: true }> {
  return async ({ resident }, act) => {
    act.beginWrite();
    const phones = { $filter: { input: '$ties', cond: { $ne: ['$$this.channel', 'wechat'] } } };
    const ties = { $concatArrays: [phones, [newTie(vault, resident, act)]] };
    await native(Resident).updateOne({ _id: resident, leftAt: { $exists: false } }, [{ $set: { ties } }]);
    return { moved: true };
  };
}
