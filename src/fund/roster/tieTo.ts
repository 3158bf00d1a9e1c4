import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import type { Act } from '../act.ts';
import { Resident } from '../records/resident.ts';
import { newTie } from './newTie.ts';

/** Ties the phone or chat of an act to a resident. Somebody has one chat: where another one is tied nothing changes, and that is false. */
export async function tieTo(vault: Vault, resident: string, act: Pick<Act, 'community' | 'channel' | 'address'>): Promise<boolean> {
  const tie = newTie(vault, resident, act);
  const whose = { _id: resident, leftAt: { $exists: false } };
  const isOnly = act.channel === 'wechat' ? { 'ties.channel': { $ne: 'wechat' as const } } : { 'ties.id': { $ne: tie.id } };
  const { matchedCount } = await native(Resident).updateOne({ ...whose, ...isOnly }, { $push: { ties: tie } });
  return matchedCount === 1 || (await native(Resident).findOne({ ...whose, 'ties.id': tie.id }, { projection: { _id: 1 } })) !== null;
}
