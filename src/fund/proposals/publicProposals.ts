import type { Channel } from '../../contacts/channel.ts';
import { cached } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { maskNumbers } from '../../store/text.ts';
import type { Vault } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Community } from '../communities/index.ts';
import { Cycle } from '../cycles/index.ts';
import {
  type Decision,
  isOpenState,
  OPEN_STATES,
  type Origin,
  onPublicList,
  Proposal,
  type ProposalRecord,
  type ProposalState,
  proposalText,
  type Refusal,
  refusalOf,
  standingDecision,
} from './proposal.ts';
import { supportsOf } from './support.ts';

/** A proposal as anyone may read it. */
export interface PublicProposal {
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  /** Over which channel it came; null if a cadre wrote it down. */
  readonly channel: Channel | null;
  readonly origin: Origin;
  readonly category: string | null;
  /** The text, with the numbers of phones, IDs and banks masked. Empty while there is `spoken`. */
  readonly text: string;
  /** The proposal was spoken on the phone and is not in writing yet. */
  readonly spoken?: 'beingWrittenDown' | 'lost';
  readonly state: ProposalState;
  /** The project that it became part of. */
  readonly project: number | null;
  /** How many residents support it, those of its parts among them. */
  readonly supports: number;
  /** The proposal that it is part of now. */
  readonly mergedInto: number | null;
  /** The one that it is in the next cycle, if it came too late for this one. */
  readonly carriedTo?: { readonly cycle: string; readonly number: number };
  /** Why it is refused, put off or not on the ballot; null while that is not given. A council gives no code. */
  readonly reason: Refusal | null;
  /** What it costs, in whole units, once that is given. */
  readonly cost: number | null;
}

const PAGE = 200;

/** A page of a cycle's public proposals, newest first, at most `most` of them. With `before`, only proposals with lower numbers. */
export async function publicProposals({ vault }: Pick<World, 'vault'>, cycle: string, before?: number, most = PAGE): Promise<PublicProposal[]> {
  const wanted = { ...onPublicList(cycle), ...(before !== undefined && { '_id.number': { $lt: before } }) };
  const found = await forReaders(Proposal)
    .find(wanted, { sort: { '_id.number': -1 }, limit: most })
    .toArray();
  const supports = await supportsOf(
    cycle,
    found.map(({ _id }) => _id.number),
  );
  return found.map((record) => publicProposal(record, publicText(vault, record), supports));
}

/**
 * The public proposals of a cycle whose given opinion is that they can be done, by number; not those that became part of another one or were refused. If
 * a council decided on one, it is among them only while a decision stands that recommends it; one on which no council decided, only while the council
 * has recommended none.
 */
export async function feasibleProposals(
  { vault }: Pick<World, 'vault'>,
  cycle: string,
): Promise<
  { readonly number: number; readonly text: string; readonly cost: number | null; readonly category?: string; readonly project?: number }[]
> {
  const isFeasible = { 'opinion.isFeasible': true, 'opinion.given': { $exists: true }, mergedInto: { $exists: false } };
  const isLeft = { state: { $in: [...OPEN_STATES, 'project' as const] } };
  const [found, recommended] = await Promise.all([
    collection(Proposal)
      .find({ ...onPublicList(cycle), ...isFeasible, ...isLeft }, { sort: { '_id.number': 1 } })
      .toArray(),
    collection(Proposal).findOne({ '_id.cycle': cycle, 'council.decision': 'recommended' }, { projection: { _id: 1 } }),
  ]);
  const left = found.filter((proposal) => (proposal.council || recommended ? standingDecision(proposal)?.decision === 'recommended' : true));
  return left.map((proposal) => ({
    ...{ number: proposal._id.number, text: proposalText(vault, proposal), cost: proposal.opinion?.cost ?? null },
    ...(proposal.category !== undefined && { category: proposal.category }),
    ...(proposal.project !== undefined && { project: proposal.project }),
  }));
}

/** A proposal's text, with the numbers of phones, IDs and banks masked; empty while a spoken one is not written down. */
export function publicText(vault: Vault, record: Pick<ProposalRecord, '_id' | 'text'>): string {
  return maskNumbers(proposalText(vault, record));
}

/** A proposal that is on the public list, as anyone may read it. `text`: its `publicText`. `supports`: how many residents support each, by number. */
export function publicProposal(record: Omit<ProposalRecord, 'text'>, text: string, supports: ReadonlyMap<number, number>): PublicProposal {
  const { _id, at, channel, origin, category, spoken, state, project, mergedInto, carriedTo, opinion } = record;
  return {
    number: _id.number,
    at: at.toISOString(),
    channel: channel === origin ? channel : null,
    origin,
    category: category ?? null,
    text,
    ...(spoken && spoken.state !== 'writtenDown' && { spoken: spoken.state }),
    state,
    project: project ?? null,
    supports: supports.get(_id.number) ?? 0,
    mergedInto: mergedInto ?? null,
    ...(carriedTo && { carriedTo }),
    reason: refusalOf(record) ?? null,
    cost: opinion?.given && opinion.isFeasible ? (opinion.cost ?? null) : null,
  };
}

/** One thing that happened to a proposal. No person is named. */
export type StoryStep = { readonly at: Date } & (
  | { readonly kind: 'proposed' }
  /** It became part of another proposal; `into` is absent if it was taken apart from that one again. */
  | { readonly kind: 'merged'; readonly into?: number }
  /** It is one of its own again. */
  | { readonly kind: 'apart' }
  /** Another proposal became part of it. */
  | { readonly kind: 'joined'; readonly part: number }
  /** What it costs was given, in whole units; or why it is refused. */
  | { readonly kind: 'costed'; readonly cost: number }
  | { readonly kind: 'refused'; readonly code: string; readonly sentence: string }
  /** What the council decided on it in a meeting. */
  | { readonly kind: 'council'; readonly decision: Decision; readonly meeting: number; readonly reason?: string }
  /** An answer was taken back. */
  | { readonly kind: 'back' }
  | { readonly kind: 'state'; readonly state: ProposalState }
);

/** A public proposal and what happened to it, in the order of time. */
export interface ProposalStory {
  readonly proposal: PublicProposal;
  readonly steps: readonly StoryStep[];
}

/** The most parts of one proposal that its story names. */
const PARTS = 100;

/** The story of a proposal; null if there is none of this number, or it is not on the public list. */
export async function proposalStory({ vault }: Pick<World, 'vault'>, cycle: string, number: number): Promise<ProposalStory | null> {
  const record = await forReaders(Proposal).findOne({ ...onPublicList(cycle), _id: { cycle, number } });
  if (!record) return null;
  const [parts, supports] = await Promise.all([
    forReaders(Proposal)
      .find({ ...onPublicList(cycle), mergedInto: number }, { sort: { '_id.number': 1 }, limit: PARTS, projection: { history: 1 } })
      .toArray(),
    supportsOf(cycle, [number]),
  ]);
  const proposal = publicProposal(record, publicText(vault, record), supports);
  const joined = parts.map(({ _id, history }): StoryStep => {
    const merged = history.findLast(({ state }) => state === 'merged');
    return { at: merged?.at ?? record.at, kind: 'joined', part: _id.number };
  });
  const proposed: StoryStep = { at: record.at, kind: 'proposed' };
  const steps = [proposed, ...joined, ...record.history.map((_, index) => stepOf(record, proposal, index))];
  return { proposal, steps: steps.toSorted((one, other) => one.at.getTime() - other.at.getTime()) };
}

/** What one change in a proposal's history was: a change says only the state, the rest is seen from what stands around it. */
function stepOf({ history, mergedInto, opinion, council }: ProposalRecord, { cost }: PublicProposal, index: number): StoryStep {
  const change = history[index];
  if (!change) throw new RangeError('A history has no change at this place.');
  const { state, at } = change;
  const before = history[index - 1]?.state;
  if (state === 'merged' && isLastMerge() && mergedInto !== undefined) return { at, kind: 'merged', into: mergedInto };
  if (before === 'merged' && isOpenState(state)) return { at, kind: 'apart' };
  if (state === 'merged' && history.slice(index + 1).some((later) => later.state !== 'merged')) return { at, kind: 'merged' };
  if (council?.at.getTime() === at.getTime()) {
    const { decision, meeting, reason: why } = council;
    return { at, kind: 'council', decision, meeting, ...(why !== undefined && { reason: maskNumbers(why) }) };
  }
  if (opinion?.given?.at.getTime() === at.getTime()) {
    if (!opinion.isFeasible && opinion.reason) return { at, kind: 'refused', code: opinion.reason, sentence: maskNumbers(opinion.sentence ?? '') };
    if (cost !== null) return { at, kind: 'costed', cost };
  }
  if (state === 'received') return { at, kind: 'back' };
  return { at, kind: 'state', state };

  function isLastMerge(): boolean {
    return history.findLastIndex((each) => each.state === 'merged') === index;
  }
}

/** How many public proposals a cycle has, and how many have an answer: what became of them was said. */
export interface Answers {
  readonly proposals: number;
  readonly answered: number;
  /** In how many days from the proposal to its first answer half of these were answered; null if none was. */
  readonly medianDays: number | null;
}

/** How long a count is kept and shared, in milliseconds, and for how many cycles. */
const KEPT_MS = 5_000;
const CYCLES = 200;

/** Counts the answers to a cycle's public proposals, at most five seconds old. Days are those of the community's calendar. */
export const answersTo: (world: World) => (cycle: string) => Promise<Answers> = perWorld((world) => cached(world, KEPT_MS, CYCLES, count));

async function count(cycle: string): Promise<Answers> {
  const timezone = await timezoneOf(cycle);
  const isAnswer = { $ne: ['$$this.state', 'received'] };
  const first = { $first: { $filter: { input: '$history', cond: isAnswer } } };
  const days = { $dateDiff: { startDate: '$at', endDate: '$first.at', unit: 'day', timezone } };
  const found = await forReaders(Proposal)
    .aggregate<{ _id: { isAnswered: boolean; days: number | null }; count: number }>([
      { $match: onPublicList(cycle) },
      { $project: { at: 1, state: 1, first } },
      { $group: { _id: { isAnswered: { $ne: ['$state', 'received'] }, days }, count: { $sum: 1 } } },
    ])
    .toArray();
  const proposals = sum(found);
  const answered = found.filter(({ _id }) => _id.isAnswered);
  const timed = answered.flatMap(({ _id: { days }, count }) => (days === null ? [] : [{ days, count }]));
  return { proposals, answered: sum(answered), medianDays: median(timed.toSorted((one, other) => one.days - other.days)) };
}

async function timezoneOf(cycle: string): Promise<string> {
  const found = await forReaders(Cycle).findOne({ _id: cycle }, { projection: { community: 1 } });
  const community = found && (await forReaders(Community).findOne({ _id: found.community }, { projection: { timezone: 1 } }));
  return community?.timezone ?? 'Asia/Shanghai';
}

function sum(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}

/** The middle one; of two middle ones the longer time. */
function median(groups: readonly { readonly days: number; readonly count: number }[]): number | null {
  let left = sum(groups) / 2;
  for (const { days, count } of groups) {
    left -= count;
    if (left < 0) return days;
  }
  return groups.at(-1)?.days ?? null;
}
