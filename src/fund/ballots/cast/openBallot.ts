import type { Act } from '../../../contacts/act.ts';
import { CHANNELS } from '../../../contacts/channel.ts';
import { boundedMap } from '../../../store/cache.ts';
import type { World } from '../../../store/world.ts';
import {
  type CycleRecord,
  currentCycle,
  type Frozen,
  type FrozenBallot,
  heldVote,
  keyingUntil,
  readFrozen,
  type Stage,
  stageAt,
  voteOf,
} from '../../cycles/index.ts';
import { type BallotItem, ballotItem } from '../../projects/index.ts';
import { type PicksRefusal, refusePicks } from '../ledger/ledgerRules.ts';
import { results } from '../ledger/results.ts';

/** The ballot as it is shown: `min` to `max` projects may be picked, money in whole units of `currency`, the close in ISO 8601. */
export interface OpenBallot {
  readonly cycle: string;
  readonly projects: readonly BallotItem[];
  readonly min: number;
  readonly max: number;
  readonly budget: number;
  readonly currency: string;
  readonly closesAt: string;
}

/** The ballot that is open now, or when it opens. `winners` once the ledger is sealed; `none`: there is no cycle, or it has no vote. */
export type Opened =
  | { readonly open: OpenBallot; readonly refused?: PicksRefusal }
  | { readonly notYet: { readonly opensAt: string; readonly closesAt?: string; readonly stage: Stage } }
  /** Its day has come, and what is published before it is not checked, or an objection is not answered. */
  | { readonly held: true }
  /** `keyedUntil`: slips of paper are keyed until then, and the result comes after that. */
  | { readonly over: { readonly closedAt: string; readonly keyedUntil?: string; readonly winners?: readonly BallotItem[] } }
  | { readonly none: true };

/** Service: the ballot of the current cycle and, if picks are given, the reason against them. On a call the projects have their detail. */
export async function openBallot(
  world: World,
  { picks }: { picks?: readonly number[] },
  { community, at, channel }: Pick<Act, 'community' | 'at'> & Partial<Pick<Act, 'channel'>>,
): Promise<Opened> {
  const current = currentCycle(world);
  const cycle = await current(community, at);
  const vote = cycle && voteOf(cycle, at);
  if (cycle && heldVote(cycle, at)) return { held: true };
  if (!cycle || !vote) return { none: true };
  const closesAt = vote.to.toISOString();
  if (at >= vote.to) {
    const winners = cycle.sealedAt && { winners: itemsOf(cycle, (await results(world, cycle._id)).winners) };
    const keyedUntil = keyingUntil(cycle, at);
    return { over: { closedAt: closesAt, ...(keyedUntil && { keyedUntil }), ...winners } };
  }
  if (!cycle.frozen) return { notYet: { opensAt: vote.from.toISOString(), closesAt, stage: stageAt(cycle, at) ?? 'announce' } };
  const { frozen, items } = ballotOf(cycle.frozen);
  const { choices, budget, currency } = frozen;
  const refused = picks && refusePicks({ projects: items, ...choices }, picks);
  const max = Math.min(choices.max, items.length);
  const projects = channel && CHANNELS[channel].isSpoken ? inDetail(items, frozen) : items;
  return { open: { cycle: cycle._id, projects, min: choices.min, max, budget, currency, closesAt }, ...(refused && { refused }) };
}

function inDetail(items: readonly BallotItem[], { projects }: FrozenBallot): BallotItem[] {
  const details = new Map(projects.map(({ number, detail }) => [number, detail]));
  return items.map((item) => {
    const detail = details.get(item.number);
    return detail ? { ...item, detail } : item;
  });
}

/** A frozen ballot, and its projects by number, as a ballot names them. */
interface Ballot {
  readonly frozen: FrozenBallot;
  readonly items: readonly BallotItem[];
}

/** By the hash of its bytes: a cycle is read again whenever something in it changes, but its ballot never changes. */
const read = boundedMap<string, Ballot>(2_000);

/** The ballot that voting opened with (`readFrozen`), read once, with its projects as they are shown. */
export function ballotOf(frozen: Frozen): Ballot {
  return read.getOrMake(frozen.hash, () => {
    const ballot = readFrozen(frozen);
    return { frozen: ballot, items: ballot.projects.map(ballotItem) };
  });
}

/** The picked projects by number, as the frozen ballot names them. */
export function itemsOf(cycle: CycleRecord | null, picks: readonly number[]): BallotItem[] {
  return cycle?.frozen ? ballotOf(cycle.frozen).items.filter(({ number }) => picks.includes(number)) : [];
}
