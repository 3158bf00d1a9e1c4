import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { type Acting, type WriteLog, withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { moveOn, notifyProposer, notifyProposers, proposalChanged } from './moveOn.ts';
import {
  type CouncilDecision,
  isOpenState,
  OPEN_STATES,
  onPublicList,
  Proposal,
  type ProposalRecord,
  type ProposalState,
  type STATES_BY_HAND,
} from './proposal.ts';

export type StateSet =
  | { readonly set: true; readonly notified: boolean }
  /** `merged`: it is part of another proposal, and has to be taken apart from that first. */
  | { readonly refused: 'noProposal' | 'already' | 'merged' };

/** The text that is sent for a state. That a proposal was received was said at once. */
const SAYS: Partial<Record<ProposalState, string>> = {
  considered: 'notice.proposalConsidered',
  recommended: 'notice.proposalOffBallot',
  merged: 'notice.proposalMerged',
  project: 'notice.proposalProject',
  declined: 'notice.proposalDeclined',
  done: 'notice.proposalDone',
};

/** The same for the proposers of its parts. */
const PART_SAYS: Partial<Record<ProposalState, string>> = {
  considered: 'notice.proposalPartConsidered',
  recommended: 'notice.proposalPartOffBallot',
  merged: 'notice.proposalPartProject',
  project: 'notice.proposalPartProject',
  declined: 'notice.proposalPartDeclined',
  done: 'notice.proposalPartDone',
};

/**
 * Records what became of a proposal, with the person who says so, and notifies its proposer. `project`: the project that it is part of now. Rejects
 * with `not-allowed` (`checkRight`).
 */
export function setProposalState(
  world: World,
  notify: Notify,
): (change: { cycle: string; number: number; state: (typeof STATES_BY_HAND)[number]; project?: number; actor: Actor }) => Promise<StateSet> {
  return async ({ cycle, number, state, project, actor }) => {
    const _id = { cycle, number };
    const found = await proposalFor(actor, 'setProposalState', _id);
    if (!found) return { refused: 'noProposal' };
    const { proposal, acting } = found;
    if (proposal.mergedInto !== undefined) return { refused: 'merged' };
    if (proposal.state === state && (project === undefined || proposal.project === project)) return { refused: 'already' };
    return withLog(world)(acting.community, (session, write) =>
      recordState(world, notify, proposal, { state, project: project ?? proposal.project, acting }, session, write),
    );
  };
}

/** Records a proposal's state with its entry, and notifies its proposer, in the session of an act. `project`: the one that it is part of then, if any. */
export async function recordState(
  world: World,
  notify: Notify,
  proposal: ProposalRecord,
  { state, project, acting }: { readonly state: ProposalState; readonly project?: number | undefined; readonly acting: Acting },
  session: mongo.ClientSession,
  write: WriteLog,
): Promise<StateSet> {
  const { _id, history } = proposal;
  const besides = project === undefined ? { unset: { project: 1 as const } } : { set: { project } };
  if (!(await moveOn(proposal, { state, by: acting.by, at: world.now() }, session, besides))) return { refused: 'already' };
  const before = { state: proposal.state, project: proposal.project };
  await write({ ...acting, subject: subjectOf(_id), detail: { before, after: { state, project } } });
  const key = SAYS[state];
  if (!key) return { set: true, notified: false };
  const isPart = state === 'merged' || state === 'project';
  const params = { number: _id.number, ...(isPart && project !== undefined && { project }) };
  const some = isPart && project === undefined ? 'Some' : '';
  const said = { key: key + some, ofPart: PART_SAYS[state] && PART_SAYS[state] + some, params };
  return { set: true, notified: await notifyProposers(world, notify, proposal, `state|${history.length}`, said, session) };
}

type Hidden = { readonly done: true; readonly notified: boolean } | { readonly refused: 'noProposal' | 'already' };

/**
 * Takes a proposal off the public list, and notifies its proposer of the reason. Its place among the day's proposals of strangers is free again.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function hideProposal(
  world: World,
  notify: Notify,
): (change: { cycle: string; number: number; actor: Actor; reason: string }) => Promise<Hidden> {
  return async ({ cycle, number, actor, reason }) => {
    const _id = { cycle, number };
    const found = await proposalFor(actor, 'hideProposal', _id);
    if (!found) return { refused: 'noProposal' };
    const { proposal, acting } = found;
    if (proposal.hidden) return { refused: 'already' };
    const at = world.now();
    return withLog(world)(acting.community, async (session, write) => {
      const { matchedCount } = await collection(Proposal).updateOne(
        { _id, hidden: { $exists: false } },
        { $set: { public: false, hidden: { by: actor.name, reason, at } }, $unset: { strangerSlot: 1 } },
        { session },
      );
      if (matchedCount === 0) return { refused: 'already' };
      await write({ ...acting, subject: subjectOf(_id), detail: { before: { public: proposal.public }, after: { public: false }, reason } });
      const said = { key: 'notice.proposalHidden', params: { number, reason } };
      return { done: true, notified: await notifyProposer(world, notify, proposal, `hidden|${at.toISOString()}`, said, session) };
    });
  };
}

/** Puts a proposal on the public list, a stranger's or one that was hidden, and notifies its proposer. Rejects with `not-allowed` (`checkRight`). */
export function releaseProposal(
  world: World,
  notify: Notify,
): (change: { cycle: string; number: number; actor: Actor; reason: string }) => Promise<Hidden> {
  return async ({ cycle, number, actor, reason }) => {
    const _id = { cycle, number };
    const found = await proposalFor(actor, 'releaseProposal', _id);
    if (!found) return { refused: 'noProposal' };
    const { proposal, acting } = found;
    if (proposal.public) return { refused: 'already' };
    const at = world.now();
    return withLog(world)(acting.community, async (session, write) => {
      const { matchedCount } = await collection(Proposal).updateOne(
        { _id, public: false },
        { $set: { public: true, released: { by: actor.name, reason, at } }, $unset: { hidden: 1 } },
        { session },
      );
      if (matchedCount === 0) return { refused: 'already' };
      await write({ ...acting, subject: subjectOf(_id), detail: { before: { public: false }, after: { public: true }, reason } });
      const said = { key: 'notice.proposalReleased', params: { number } };
      return { done: true, notified: await notifyProposer(world, notify, proposal, `released|${at.toISOString()}`, said, session) };
    });
  };
}

/** The proposal that an actor decides on, null if there is none. Rejects with `not-allowed` unless the actor may do this act in its community. */
async function proposalFor(
  actor: Actor,
  act: Parameters<typeof checkRight>[1],
  _id: ProposalRecord['_id'],
): Promise<{ proposal: ProposalRecord; acting: Acting } | null> {
  const proposal = await collection(Proposal).findOne({ _id });
  return proposal && { proposal, acting: checkRight(actor, act, proposal.community) };
}

function subjectOf({ cycle, number }: ProposalRecord['_id']): string {
  return `${cycle}/${number}`;
}

/** Those of some proposals on which a council can decide: public, and nobody has decided what becomes of them. */
export async function isOnAgenda(cycle: string, numbers: readonly number[]): Promise<ReadonlySet<number>> {
  const found = await forReaders(Proposal)
    .find({ ...onPublicList(cycle), ...ON_AGENDA, '_id.number': { $in: [...numbers] } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id.number));
}

const MOST = 60;
const ON_AGENDA: mongo.Filter<ProposalRecord> = { state: { $in: [...OPEN_STATES] }, text: { $exists: true } };

/** The numbers of the proposals that can be done and on whose opinion no council has decided for good, the lowest first; at most sixty. */
export async function proposalsToDecide(cycle: string): Promise<number[]> {
  const isUndecided = [{ 'council.decision': { $nin: ['recommended', 'not'] as const } }, { $expr: { $lt: ['$council.at', '$opinion.given.at'] } }];
  const waits = { 'opinion.isFeasible': true, 'opinion.given': { $exists: true }, $or: isUndecided };
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

/** What a proposal is after each decision of a council. */
const STATE_AFTER = { recommended: 'recommended', not: 'notRecommended', deferred: 'deferred' } as const satisfies Record<
  CouncilDecision['decision'],
  ProposalState
>;

/**
 * Moves proposals on by what a council decided, in the session of its act: recommended ones can be published, deferred ones may be decided again.
 * Their authors are notified. What is no longer open (merged, or refused meanwhile) stays as it is. Throws `proposalChanged`.
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
    if (!(await moveOn(proposal, { state: STATE_AFTER[decision], by, at }, session, { set: { council } }))) throw proposalChanged();
    const said = decision === 'not' ? refusal(number, reason) : decided(decision, number, reason);
    await notifyProposers(world, notify, proposal, `council|${proposal.history.length}`, said, session);
  }
}

function decided(decision: 'recommended' | 'deferred', number: number, reason: string | undefined) {
  const what = decision === 'recommended' ? 'Recommended' : reason === undefined ? 'Deferred' : 'DeferredBecause';
  return { key: `notice.proposal${what}`, ofPart: `notice.proposalPart${what}`, params: { number, ...(reason !== undefined && { reason }) } };
}

/** The notice to the proposers of a proposal that is refused, and of its parts. */
export function refusal(number: number, reason = '') {
  return { key: 'notice.proposalRefused', ofPart: 'notice.proposalPartRefused', params: { number, reason } };
}
