import type { mongo } from 'mongoose';
import { native } from '../../store/native.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import type { ResidentChanges } from './residentChanges.ts';

/** Residents in one command: small enough to be answered well within the connection's limit. */
const CHUNK = 1_000;

/** Writes an import's changes in its transaction. Cards that change hands are first taken from who had them. */
export async function writeResidents(
  { added, changed, removed }: ResidentChanges,
  session: mongo.ClientSession,
  progress?: (done: number, total: number) => void,
): Promise<void> {
  const residents = native(Resident);
  const newCards = changed.filter(({ set }) => set.card !== undefined).map(({ _id }) => _id);
  const total = removed.length + newCards.length + changed.length + added.length;
  let done = 0;
  const each = async <Item>(items: readonly Item[], write: (chunk: Item[]) => Promise<unknown>) => {
    for (let start = 0; start < items.length; start += CHUNK) {
      const chunk = items.slice(start, start + CHUNK);
      await write(chunk);
      done += chunk.length;
      progress?.(done, total);
    }
  };
  await each(removed, (_ids) => residents.deleteMany({ _id: { $in: _ids } }, { session }));
  await each(newCards, (_ids) => residents.updateMany({ _id: { $in: _ids } }, { $unset: { card: 1, cardMade: 1 } }, { session }));
  await each(changed, (chunk) => residents.bulkWrite(chunk.map(asUpdate), { session }));
  await each(added, (chunk) => residents.insertMany(chunk, { session }));
}

function asUpdate({ _id, set, unset, endsTies }: ResidentChanges['changed'][number]): mongo.AnyBulkWriteOperation<ResidentRecord> {
  const $unset = Object.fromEntries(unset.map((field) => [field, 1 as const]));
  return { updateOne: { filter: { _id }, update: { $set: { ...set, ...(endsTies && { ties: [] }) }, $unset } } };
}
