import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { Resident } from '../records/resident.ts';
import { tieOf } from './tieOf.ts';

/** Ties the phone or chat of an act to a resident. Somebody has one chat: where another one is tied nothing changes, and that is false. */
export async function tieTo(resident: string, act: Pick<Act, 'channel' | 'address'>): Promise<boolean> {
  const tie = tieOf(act);
  const hasOther = act.channel === 'wechat' ? { ties: { $not: { $elemMatch: { $regex: /^wechat\|/, $ne: tie } } } } : {};
  const { matchedCount } = await native(Resident).updateOne({ _id: resident, leftAt: { $exists: false }, ...hasOther }, { $addToSet: { ties: tie } });
  return matchedCount === 1;
}
