import type { Channel } from '../fund/act.ts';
import { cycleById } from '../fund/cycles/cycleById.ts';
import { votedAmong } from '../fund/ledger/votedAmong.ts';
import type { CommunityRecord } from '../fund/records/community.ts';
import { Resident, type ResidentRecord } from '../fund/records/resident.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { type Recipient, recipientOf } from './recipientOf.ts';

/** To whom of a community. */
export type Audience =
  | { readonly to: 'all' }
  | { readonly to: 'not-voted'; readonly cycle: string }
  | { readonly to: 'building'; readonly building: string };

const BATCH = 500;
type Row = Pick<ResidentRecord, '_id' | 'person' | 'building' | 'language' | 'phoneId' | 'ties'>;

/**
 * The residents that something is written to, batch by batch off an index, so that the list is never in memory. Those who share
 * a phone follow each other. `channels`: those in service.
 */
export function recipients(
  world: World,
  channels: readonly Channel[],
): (community: Pick<CommunityRecord, '_id' | 'language'>, audience: Audience) => AsyncGenerator<Recipient[]> {
  return async function* ({ _id, language }, audience) {
    const cycle = audience.to === 'not-voted' ? await cycleById(world)(audience.cycle) : null;
    for await (const rows of batches(_id, audience)) {
      const voted = cycle
        ? await votedAmong(world)(
            cycle,
            rows.map((row) => row._id),
          )
        : new Set<string>();
      yield rows.filter((row) => !voted.has(row._id)).map((row) => recipientOf(world.vault, row, language, channels));
    }
  };
}

async function* batches(community: string, audience: Audience): AsyncGenerator<Row[]> {
  const inBuilding = audience.to === 'building' ? { building: { $regex: buildingPattern(audience.building) } } : {};
  const cursor = native(Resident).find(
    { community, ...inBuilding, leftAt: { $exists: false }, leaving: { $exists: false } },
    {
      projection: { person: 1, building: 1, language: 1, phoneId: 1, ties: 1 },
      sort: audience.to === 'building' ? { building: 1, phoneId: 1 } : { phoneId: 1 },
      hint: audience.to === 'building' ? { community: 1, building: 1, phoneId: 1 } : { community: 1, phoneId: 1 },
      batchSize: BATCH,
    },
  );
  let rows: Row[] = [];
  for await (const row of cursor) {
    rows.push(row);
    if (rows.length < BATCH) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** `3` is `3`, `3栋` and `3号楼`, never `13栋` or `31`. */
function buildingPattern(building: string): RegExp {
  return new RegExp(`^${building.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![0-9A-Za-z])`);
}
