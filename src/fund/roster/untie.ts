import { native } from '../../store/native.ts';
import { Resident } from '../records/resident.ts';

/** A phone or chat (`addressHmac`) belongs to nobody any more by a tie. */
export async function untie(id: string): Promise<void> {
  await native(Resident).updateMany({ 'ties.id': id }, { $pull: { ties: { id } } });
}
