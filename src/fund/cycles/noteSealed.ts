import { native } from '../../store/native.ts';
import { Cycle } from '../records/cycle.ts';

/** Writes that a cycle's ledger is sealed, and how many residents there were; false where it was written before. */
export async function noteSealed(_id: string, sealedAt: Date, residentsAtClose: number): Promise<boolean> {
  const { modifiedCount } = await native(Cycle).updateOne({ _id, sealedAt: { $exists: false } }, { $set: { sealedAt, residentsAtClose } });
  return modifiedCount === 1;
}

/** Destroys the key of a cycle's pseudonyms. */
export async function destroyKey(_id: string): Promise<void> {
  await native(Cycle).updateOne({ _id }, { $unset: { pseudonymKey: '' } });
}
