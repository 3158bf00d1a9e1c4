import { forReaders } from '../../store/connect.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { type Decision, isOpenState, onPublicList, Proposal, type ProposalRecord, type ProposalState } from './proposal.ts';
import { type PublicProposal, publicProposal, publicText } from './publicProposals.ts';
import { supportsOf } from './support.ts';

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
