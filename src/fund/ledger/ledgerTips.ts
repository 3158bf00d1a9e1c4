import { inTime } from '../../store/inTime.ts';
import { native } from '../../store/native.ts';
import type { FrozenCycle } from '../cycles/isFrozen.ts';
import { Entry, placesOf } from '../records/entry.ts';
import { firstPrevious } from './firstPrevious.ts';
import type { Tip } from './nextEntry.ts';
import { sha256 } from './sha256.ts';
import { tipOf } from './tipOf.ts';

/** The ends of these cycles' chains; of an empty ledger, what its first entry stands on. */
export async function ledgerTips(cycles: readonly FrozenCycle[]): Promise<Map<string, Tip>> {
  return new Map(await Promise.all(cycles.map(async (cycle): Promise<[string, Tip]> => [cycle._id, await tipIn(cycle)])));
}

async function tipIn({ _id: cycle, frozen }: FrozenCycle): Promise<Tip> {
  const last = await inTime((signal) =>
    native(Entry).findOne(placesOf(cycle), {
      sort: { _id: -1 },
      projection: { at: 1, hash: 1, sealed: 1 },
      readConcern: { level: 'majority' },
      signal,
    }),
  );
  return last ? tipOf(last) : { seq: 0, hash: firstPrevious(sha256, cycle, frozen.ballot) };
}
