import { forReaders } from '../../../store/connect.ts';
import type { World } from '../../../store/world.ts';
import { Cycle } from '../../cycles/index.ts';
import { Entry, type EntryRecord } from './entry.ts';
import { ledgersKnown } from './knownLedgers.ts';
import { countedUpTo } from './results.ts';

/** So many places are looked up by one command. */
const AT_ONCE = 500;

/**
 * The ledgers (cycles) that lack an entry of which the last count of voters knows, or with a world this process: somebody deleted entries past the service,
 * for it never does. What is cast now stands behind a gap, or in the place of what is gone.
 */
export async function cutLedgers(world?: World): Promise<string[]> {
  const here = world ? ledgersKnown(world).all() : [];
  const written = [...here.flatMap(([cycle, { seq }]) => (seq > 0 ? { cycle, seq } : [])), ...(await countedUpTo())];
  const lacking = new Set<string>();
  for (let from = 0; from < written.length; from += AT_ONCE)
    for (const cycle of await missing(written.slice(from, from + AT_ONCE))) lacking.add(cycle);
  if (lacking.size === 0) return [];
  // one that has left for another cell took its ledger along
  const found = await forReaders(Cycle)
    .find({ _id: { $in: [...lacking] } }, { projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id);
}

async function missing(places: readonly EntryRecord['_id'][]): Promise<string[]> {
  const found = await forReaders(Entry)
    .find({ '_id.cycle': { $in: [...new Set(places.map(({ cycle }) => cycle))] }, _id: { $in: [...places] } }, { projection: { _id: 1 } })
    .toArray();
  const there = new Set(found.map(({ _id }) => `${_id.cycle} ${_id.seq}`));
  return places.flatMap(({ cycle, seq }) => (there.has(`${cycle} ${seq}`) ? [] : [cycle]));
}
