import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { Resident } from '../records/resident.ts';
import { tieOf } from './tieOf.ts';

/** From now on this chat is the resident's, and the one before it is not. */
export function moveChat(): (input: { resident: string }, act: Act) => Promise<{ moved: true }> {
  return async ({ resident }, act) => {
    act.beginWrite();
    const phones = { $filter: { input: '$ties', cond: { $ne: [{ $substrCP: ['$$this', 0, 'wechat|'.length] }, 'wechat|'] } } };
    await native(Resident).updateOne({ _id: resident, leftAt: { $exists: false } }, [{ $set: { ties: { $concatArrays: [phones, [tieOf(act)]] } } }]);
    return { moved: true };
  };
}
