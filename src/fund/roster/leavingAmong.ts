import { native } from '../../store/native.ts';
import { Resident } from '../records/resident.ts';

/** Those of the residents (`_id`s) who asked to be deleted, whether it is done or waits for the seal. */
export async function leavingAmong(residents: readonly string[]): Promise<Set<string>> {
  if (residents.length === 0) return new Set();
  const found = await native(Resident)
    .find({ _id: { $in: [...new Set(residents)] }, $or: [{ leaving: { $exists: true } }, { leftAt: { $exists: true } }] }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}
