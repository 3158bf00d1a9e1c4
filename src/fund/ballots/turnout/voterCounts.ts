import { model, Schema } from 'mongoose';
import { collection } from '../../../store/collection.ts';
import { forReaders } from '../../../store/connect.ts';
import { forEachSettled } from '../../../store/pauses.ts';
import { type CycleRecord, isFrozen, liveCycles } from '../../cycles/index.ts';
import { addedSince } from '../../people/index.ts';
import { votersNow } from '../ledger/results.ts';
import type { Share } from './turnoutShares.ts';

/** How many took part in each of these cycles (ids), as it was counted last; those that were counted at all. */
export async function voterCounts(cycles: readonly string[]): Promise<Map<string, Share>> {
  const found = await forReaders(VoterCount)
    .find({ _id: { $in: [...cycles] } })
    .toArray();
  return new Map(found.map(({ _id, voters, residents }) => [_id, { voters, residents }]));
}

/**
 * Counts the voters of every cycle that votes or has just voted, on from where it was counted before: it costs as much as there are new entries, also
 * after a restart. To be called every few minutes; harmless to repeat. A cycle that fails does not hold up the others.
 */
export async function renewVoterCounts(now: Date): Promise<void> {
  const cycles = (await liveCycles(now)).filter(isFrozen);
  const ids = cycles.map(({ _id }) => _id);
  const known = await forReaders(VoterCount)
    .find({ _id: { $in: ids } })
    .toArray();
  const before = new Map(known.map((count) => [count._id, count]));
  await forEachSettled(cycles, 'counts of voters', async (cycle) => {
    const last = before.get(cycle._id);
    if (last?.isFinal) return;
    const [count, residents] = await Promise.all([votersNow(cycle._id, last), residentsOf(cycle)]);
    const isFinal = cycle.sealedAt !== undefined;
    if (last?.seq === count.seq && last.residents === residents && !isFinal) return;
    await collection(VoterCount).replaceOne({ _id: cycle._id }, { ...count, residents, isFinal }, { upsert: true });
  });
}

/** Nobody leaves the roster between the opening and the seal. */
async function residentsOf({ community, frozen, residentsAtClose }: CycleRecord & Required<Pick<CycleRecord, 'frozen'>>): Promise<number> {
  return residentsAtClose ?? frozen.residents + (await addedSince(community, frozen.at, new Date(8_640_000_000_000_000)));
}

interface VoterCountRecord extends Share {
  /** The cycle's. */
  _id: string;
  /** The last entry that was counted. */
  seq: number;
  /** The ledger is sealed. */
  isFinal: boolean;
}

const number = { type: Number, required: true };
const schema = new Schema<VoterCountRecord>(
  { _id: { type: String, required: true }, seq: number, voters: number, residents: number, isFinal: { type: Boolean, required: true } },
  { strict: 'throw', versionKey: false, collection: 'votercounts' },
);

const VoterCount = model<VoterCountRecord>('VoterCount', schema);
