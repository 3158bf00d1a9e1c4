import { native } from '../../store/native.ts';
import { dayOf } from '../cycles/dayOf.ts';
import type { CycleRecord } from '../records/cycle.ts';
import { Entry, placesOf } from '../records/entry.ts';

/** Where a chain stood: who has written it down can see later that nothing before it was rewritten. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly sealed: boolean;
}

/** The last entry of the days that are over at a moment; once the ledger is sealed, the seal. Undefined where there is none yet. */
export async function finishedHead({ _id, frozen, sealedAt }: CycleRecord, at: Date): Promise<Head | undefined> {
  if (!frozen) return undefined;
  const ofDaysOver = sealedAt ? {} : { at: { $lt: dayOf(at, frozen.timezone) } };
  const entry = await native(Entry).findOne(
    { ...placesOf(_id), ...ofDaysOver },
    { sort: { _id: -1 }, projection: { hash: 1, sealed: 1 }, readConcern: { level: 'majority' } },
  );
  return entry ? { seq: entry._id.seq, hash: entry.hash, sealed: entry.sealed === true } : undefined;
}
