import { voteOf } from '../../fund/calendar/voteOf.ts';
import { finishedHead } from '../../fund/ledger/finishedHead.ts';
import { Community, type CommunityRecord } from '../../fund/records/community.ts';
import type { CycleRecord } from '../../fund/records/cycle.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { audience, type Hearer } from './audience.ts';
import { liveCycles } from './liveCycles.ts';
import { type Occasion, occasionsAt } from './occasionsAt.ts';
import { Sweep, type SweepRecord } from './sweepRecord.ts';

/** Queues an occasion for some of those whom it concerns; told again of the same ones it changes nothing. */
export type TellSome = (occasion: Occasion, community: CommunityRecord, hearers: readonly Hearer[]) => Promise<void>;

/** A look ends after so long, whatever is left: the next one goes on. */
const LOOK_MS = 20_000;

/**
 * One look at all calendars: whatever is due is told to whom it concerns, page by page, and each page only once. Late, twice or cut off in
 * the middle, it is harmless.
 */
export function lookAround(world: World, tell: TellSome): () => Promise<void> {
  const pageOf = audience(world);
  return async () => {
    const ends = performance.now() + LOOK_MS;
    const cycles = await liveCycles(world.now());
    const communities = await communitiesOf(cycles);
    const asked = await nudges(world.now());
    for (const cycle of cycles) {
      const community = communities.get(cycle.community);
      if (!community) continue;
      const due = occasionsAt(cycle, community.timezone, world.now());
      const nudged = asked.filter((nudge) => nudge.cycle === cycle._id).flatMap((nudge) => asOccasion(nudge, cycle));
      for (const [occasion, cursor] of await notYetTold([...due, ...nudged])) await sweep(occasion, cursor, cycle, community, ends);
    }
  };

  async function sweep(occasion: Occasion, cursor: string | undefined, cycle: CycleRecord, community: CommunityRecord, ends: number): Promise<void> {
    const told = await worded(occasion, cycle);
    if (!told) return;
    for (let after = cursor; performance.now() < ends; ) {
      const { hearers, next } = await pageOf(occasion.to, cycle, after);
      await tell(told, community, hearers);
      await note(occasion, next === undefined ? { doneAt: world.now() } : { cursor: next });
      if (next === undefined) return;
      after = next;
    }
  }

  async function note({ id, community, cycle }: Occasion, how: Pick<SweepRecord, 'doneAt'> | Pick<SweepRecord, 'cursor'>): Promise<void> {
    await native(Sweep).updateOne({ _id: id }, { $set: how, $setOnInsert: { community, cycle, at: world.now() } }, { upsert: true });
  }

  /** What the ledger has to say: undefined where it has not come so far yet. */
  async function worded(occasion: Occasion, cycle: CycleRecord): Promise<Occasion | undefined> {
    if (occasion.kind !== 'head') return occasion;
    const head = await finishedHead(cycle, world.now());
    const close = voteOf(cycle)?.to;
    if (!head || (close && close <= occasion.from && !head.sealed)) return undefined;
    return { ...occasion, said: { ...occasion.said, params: { head: `${head.seq}:${head.hash}` } } };
  }
}

async function communitiesOf(cycles: readonly CycleRecord[]): Promise<Map<string, CommunityRecord>> {
  const slugs = [...new Set(cycles.map(({ community }) => community))];
  const found = await native(Community)
    .find({ _id: { $in: slugs } })
    .toArray();
  return new Map(found.map((community) => [community._id, community]));
}

/** Those not told to the end, each with how far it was told. */
async function notYetTold(due: readonly Occasion[]): Promise<[Occasion, string | undefined][]> {
  if (due.length === 0) return [];
  const found = await native(Sweep)
    .find({ _id: { $in: due.map(({ id }) => id) } })
    .toArray();
  const known = new Map(found.map((sweep) => [sweep._id, sweep]));
  return due.filter(({ id }) => !known.get(id)?.doneAt).map((occasion) => [occasion, known.get(occasion.id)?.cursor]);
}

/** 催票: what cadres asked for and is not told to the end. */
function nudges(now: Date): Promise<SweepRecord[]> {
  return native(Sweep)
    .find({ doneAt: { $exists: false }, nudge: { $exists: true }, 'nudge.until': { $gt: now } })
    .toArray();
}

function asOccasion({ _id: id, at, nudge }: SweepRecord, cycle: CycleRecord): Occasion[] {
  const close = voteOf(cycle)?.to;
  if (!nudge || !close) return [];
  const { _id, community } = cycle;
  const said = { key: 'notice.closing', params: { closesAt: close.toISOString() } };
  return [{ id, cycle: _id, community, kind: 'closing', to: 'notVoted', from: at, until: nudge.until, said }];
}
