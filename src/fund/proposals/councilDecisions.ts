import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { notifyProposer } from './decideProposal.ts';
import { moveOn, proposalChanged } from './moveOn.ts';
import { type CouncilDecision, isOpenState, OPEN_STATES, onPublicList, Proposal, type ProposalRecord } from './proposal.ts';

/** Those of some proposals on which a council can decide: public, and nobody has decided what becomes of them. */
export async function isOnAgenda(cycle: string, numbers: readonly number[]): Promise<ReadonlySet<number>> {
  const found = await forReaders(Proposal)
    .find({ ...onPublicList(cycle), ...ON_AGENDA, '_id.number': { $in: [...numbers] } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id.number));
}

const MOST = 60;
const ON_AGENDA: mongo.Filter<ProposalRecord> = { state: { $in: [...OPEN_STATES] }, text: { $exists: true } };

/** The numbers of the proposals that can be done and that no council has decided on for good, the lowest first; at most sixty. */
export async function proposalsToDecide(cycle: string): Promise<number[]> {
  const waits = { 'opinion.isFeasible': true, 'opinion.given': { $exists: true }, 'council.decision': { $nin: ['recommended', 'not'] as const } };
  const found = await forReaders(Proposal)
    .find({ ...onPublicList(cycle), ...ON_AGENDA, ...waits }, { projection: { _id: 1 }, sort: { '_id.number': 1 }, limit: MOST })
    .toArray();
  return found.map(({ _id }) => _id.number);
}

interface Decided {
  readonly proposal: number;
  readonly decision?: CouncilDecision['decision'];
  readonly reason?: string;
}

/**
 * Moves proposals on by what a council decided, in the session of its act: recommended ones can be published, refused ones are declined, deferred ones
 * stay. Authors of the former two are told. What is no longer open (merged, or refused meanwhile) stays as it is. Throws `proposalChanged`.
 */
export async function decideProposals(
  world: World,
  notify: Notify,
  { cycle, meeting, by, at }: { cycle: string; meeting: number; by: string; at: Date },
  items: readonly Decided[],
  session: mongo.ClientSession,
): Promise<void> {
  for (const { proposal: number, decision, reason } of items) {
    const proposal = await collection(Proposal).findOne({ _id: { cycle, number } }, { session });
    if (!decision || !proposal || !isOpenState(proposal.state)) continue;
    const council: CouncilDecision = { decision, meeting, at, ...(reason && { reason }) };
    const state = decision === 'recommended' ? 'considered' : decision === 'not' ? 'declined' : proposal.state;
    if (!(await moveOn(proposal, { state, by, at }, session, { set: { council } }))) throw proposalChanged();
    const said = decision === 'recommended' ? { key: 'notice.proposalRecommended', params: { number } } : refusal(number, reason);
    if (decision !== 'deferred') await notifyProposer(world, notify, proposal, `council|${proposal.history.length}`, said, session);
  }
}

function refusal(number: number, reason = '') {
  return { key: 'notice.proposalRefused', params: { number, reason } };
}
