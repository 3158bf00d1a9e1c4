import { currentCycle } from '../../fund/cycles/currentCycle.ts';
import { turnout } from '../../fund/ledger/turnout.ts';
import { Entry, placesOf } from '../../fund/records/entry.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { LedgerLine, LedgerNow } from './told.ts';

/** Most entries that are shown. */
const MOST = 30;

/** A community's ledger at this moment; null where no cycle has begun. Turnout may be 5 s old. */
export function ledgerNow(world: World): (community: string) => Promise<LedgerNow | null> {
  const current = currentCycle(world);
  const turnoutOf = turnout(world);
  return async (community) => {
    const cycle = await current(community, world.now());
    if (!cycle) return null;
    const [{ voters, residents }, entries] = await Promise.all([turnoutOf(cycle._id), lastLines(cycle._id)]);
    return { cycle: cycle._id, voters, residents, entries };
  };
}

async function lastLines(cycle: string): Promise<LedgerLine[]> {
  const found = await native(Entry)
    .find(placesOf(cycle), { projection: { at: 1, commitment: 1, hash: 1, receipt: 1 }, readConcern: { level: 'majority' } })
    .sort({ _id: -1 })
    .limit(MOST)
    .toArray();
  return found.reverse().map(({ _id: { seq }, at, commitment, hash, receipt }) => ({ seq, at, commitment, hash, receipt }));
}
