import { native } from '../../store/native.ts';
import { Address } from '../records/addressBook.ts';

/** Forgets a phone or chat, given by its `addressHmac`; one that needs the card stays so until it is unlocked. Gives whether anything was kept of it. */
export async function forgetAddress(_id: string): Promise<boolean> {
  const known = await native(Address).deleteOne({ _id, needsCard: { $exists: false } });
  const locked = await native(Address).updateOne({ _id }, { $unset: { newsOf: 1, newsTo: 1 }, $set: { log: [] } });
  return known.deletedCount + locked.modifiedCount > 0;
}
