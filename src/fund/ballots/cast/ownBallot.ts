import type { Act } from '../../../contacts/act.ts';
import { collection } from '../../../store/collection.ts';
import type { World } from '../../../store/world.ts';
import { type CycleRecord, currentCycle } from '../../cycles/index.ts';
import type { BallotItem } from '../../projects/index.ts';
import {
  type CycleKeys,
  cycleKeys,
  decryptSecret,
  Entry,
  type EntryRecord,
  entryByKey,
  lastEntry,
  receivedAt,
  VOIDED,
  VOTERS,
} from '../ledger/entry.ts';
import { itemsOf } from './openBallot.ts';
import type { HandedIn } from './voidBallot.ts';

/** `isCast`: this same act has already cast them. */
export interface MyPicks {
  readonly picks: readonly number[];
  readonly isCast?: true;
}

/** Service: the picks of the acting resident's ballot as it is now, so that a pick can be added. */
export async function myPicks(world: World, _: unknown, { key, community, at, resident }: Act): Promise<MyPicks> {
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  const cycle = await current(community, at);
  const keys = cycle && keysOf(cycle);
  if (!keys) return { picks: [] };
  const cast = await entryByKey(cycle._id, keys.once(key, 'castBallot'));
  if (cast) return { picks: decryptSecret(world.vault, cast).picks, isCast: true };
  const last = resident && (await lastEntry(cycle._id, keys.voter(resident).voterId));
  return { picks: last ? decryptSecret(world.vault, last).picks : [] };
}

/** A ballot as it was cast, whether or not another one replaced it. */
export interface KeyedBallot {
  readonly picks: readonly BallotItem[];
  /** Ten digits. */
  readonly receipt: string;
}

/** The ballot that was cast under an act's key in the current cycle, so that the same reply can be said again; null if there is none. */
export async function ballotByKey(world: World, { key, community, at }: Pick<Act, 'key' | 'community' | 'at'>): Promise<KeyedBallot | null> {
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  const cycle = await current(community, at);
  const keys = cycle && keysOf(cycle);
  const entry = keys && (await entryByKey(cycle._id, keys.once(key, 'castBallot')));
  return entry?.receipt ? { picks: itemsOf(cycle, decryptSecret(world.vault, entry).picks), receipt: entry.receipt } : null;
}

/** `slip`: a slip of paper was handed in, and is not in the ledger yet. `forgotten`: the vote is long over, and nobody can tell any more whose ballot is whose. */
export type CheckedReceipt =
  | { readonly receipt: string; readonly at: string }
  | { readonly slip: true }
  | { readonly none: true }
  | { readonly forgotten: true };

const NO_SLIPS: HandedIn = async () => new Map();

/** Service: shows that the acting resident's ballot is in the current cycle's ledger, and since which day. It never gives the picks, which would be a proof for a buyer of votes. */
export async function checkReceipt(world: World, _: unknown, { community, at, resident }: Act, handedIn = NO_SLIPS): Promise<CheckedReceipt> {
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  const cycle = await current(community, at);
  const keys = cycle && keysOf(cycle);
  if (!keys && cycle?.sealedAt) return { forgotten: true };
  if (!keys || !resident) return { none: true };
  const { voterId } = keys.voter(resident);
  const entry = await lastEntry(cycle._id, voterId);
  if (entry?.receipt) return { receipt: entry.receipt, at: entry.at };
  const slipAt = (await handedIn(world, cycle, [voterId])).get(voterId);
  return slipAt !== undefined && isAfter(world, keys, slipAt, entry) ? { slip: true } : { none: true };
}

/**
 * Those of the residents who have a ballot that counts, which means that their last entry is not voided, or who handed in a slip that is not in the ledger
 * yet. Nobody before the vote opens. It is read from the index alone, except for residents who had a ballot voided.
 */
export async function votedAmong(world: World, cycle: CycleRecord, residents: readonly string[], handedIn = NO_SLIPS): Promise<Set<string>> {
  const keysOf = cycleKeys(world);
  const keys = keysOf(cycle);
  if (!keys) return new Set();
  const voterIds = new Map(residents.map((resident) => [keys.voter(resident).voterId, resident]));
  const [voted, slips] = await Promise.all([withEntry(cycle._id, [...voterIds.keys()]), handedIn(world, cycle, [...voterIds.keys()])]);
  const voided = await withEntry(cycle._id, [...voted], true);
  for (const voterId of slips.keys()) if (!voided.has(voterId)) voted.add(voterId);
  for (const voterId of voided) {
    const last = await lastEntry(cycle._id, voterId);
    const slipAt = slips.get(voterId);
    if (last?.voided && !(slipAt !== undefined && isAfter(world, keys, slipAt, last))) voted.delete(voterId);
  }
  return new Set([...voted].flatMap((voterId) => voterIds.get(voterId) ?? []));
}

/** Whether something was handed in after a voter's last entry was received. */
function isAfter({ vault }: World, keys: CycleKeys, moment: number, last: EntryRecord | null): boolean {
  return !last || moment > (receivedAt(vault, keys, last) ?? 0);
}

/** Those of the voter ids that have an entry; with `voided`, those that have an entry that voids. */
async function withEntry(cycle: string, voterIds: readonly string[], voided?: true): Promise<Set<string>> {
  if (voterIds.length === 0) return new Set();
  const found = await collection(Entry)
    .find(
      { '_id.cycle': cycle, voter: { $in: voterIds }, ...(voided && { voided }) },
      { projection: { _id: 0, voter: 1 }, hint: voided ? VOIDED : VOTERS },
    )
    .toArray();
  return new Set(found.flatMap(({ voter }) => voter ?? []));
}
