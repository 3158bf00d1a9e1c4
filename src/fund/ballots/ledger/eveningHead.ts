import { collection } from '../../../store/collection.ts';
import type { World } from '../../../store/world.ts';
import type { CycleRecord } from '../../cycles/index.ts';
import { withLog } from '../../log/index.ts';
import { BY_PLACE, Entry, type EntryRecord, placesOf } from './entry.ts';

/**
 * The hash of a ledger's last entry, for those who hold it; undefined if there is none yet. It is written into the community's log as well, once for `occasion`:
 * whoever holds a later head of the log holds it, too. Sealed, it is the seal's; `isOver` asks for no other.
 */
export async function eveningHead(
  world: World,
  { _id: cycle, community }: Pick<CycleRecord, '_id' | 'community'>,
  { occasion, isOver }: { occasion: string; isOver: boolean },
): Promise<string | undefined> {
  const last = await lastOf(cycle);
  if (!last || (isOver && !last.sealed)) return undefined;
  const service = { community, by: 'Yisheng', role: 'service', act: 'ledger.head', subject: cycle };
  await withLog(world, community, (_, write) => write({ ...service, detail: { after: { head: last.hash } }, once: occasion }));
  return last.hash;
}

/** The hash of a ledger's last entry that is durable; undefined if there is none. */
export async function ledgerHead(cycle: string): Promise<string | undefined> {
  return (await lastOf(cycle))?.hash;
}

function lastOf(cycle: string): Promise<Pick<EntryRecord, 'hash' | 'sealed'> | null> {
  return collection(Entry).findOne(placesOf(cycle), {
    sort: { _id: -1 },
    hint: BY_PLACE,
    projection: { hash: 1, sealed: 1 },
    readConcern: { level: 'majority' },
  });
}
