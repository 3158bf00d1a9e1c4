import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { act, choice, done, line, number, refuse } from '../act/index.ts';
import { findCycle } from '../cycles/index.ts';
import type { Detail } from '../log/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { moveOn, notifyProposer, notifyProposers } from './moveOn.ts';
import {
  type CouncilDecision,
  isOpenState,
  LONGEST_REASON,
  OPEN_STATES,
  onPublicList,
  Proposal,
  type ProposalRecord,
  type ProposalState,
  STATES_BY_HAND,
} from './proposal.ts';
import { proposal } from './subjects.ts';

/** The text that is sent for a state. That a proposal was received was said at once. */
const SAYS: Partial<Record<ProposalState, string>> = {
  considered: 'notice.proposalConsidered',
  recommended: 'notice.proposalOffBallot',
  merged: 'notice.proposalMerged',
  project: 'notice.proposalProject',
  declined: 'notice.proposalDeclined',
  done: 'notice.proposalDone',
};

/** The text that is sent for a state to the proposers of its parts. */
const PART_SAYS: Partial<Record<ProposalState, string>> = {
  considered: 'notice.proposalPartConsidered',
  recommended: 'notice.proposalPartOffBallot',
  merged: 'notice.proposalPartProject',
  project: 'notice.proposalPartProject',
  declined: 'notice.proposalPartDeclined',
  done: 'notice.proposalPartDone',
};

/** Records what became of a proposal, with the person who says so, and notifies its proposer. `project`: the project that it is part of now. */
export const setProposalState = act({
  name: 'proposal.state',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ state: choice(STATES_BY_HAND), project: number().optional() }),
  refusals: { already: null, merged: null, noProject: 'project' },
  async run({ world, notify, session, on, input: { state, project }, actor }) {
    if (on.mergedInto !== undefined) return refuse('merged');
    if (on.state === state && (project === undefined || on.project === project)) return refuse('already');
    const { projects = [] } = (await findCycle(on._id.cycle)) ?? {};
    if (project !== undefined && !projects.some((each) => each.number === project)) return refuse('noProject');
    const recorded = await recordState(world, notify, on, { state, project: project ?? on.project, by: actor.name }, session);
    return recorded ? done({ notified: recorded.notified }, recorded.detail) : refuse('already');
  },
});

/**
 * Records a proposal's state, and notifies its proposer, in the session of an act, which writes `detail`. `project`: the one that it is part of then, if any. Null
 * if somebody was faster.
 */
export async function recordState(
  world: World,
  notify: Notify,
  proposal: ProposalRecord,
  { state, project, by }: { readonly state: ProposalState; readonly project?: number | undefined; readonly by: string },
  session: mongo.ClientSession,
): Promise<{ readonly notified: boolean; readonly detail: Detail } | null> {
  const { _id, history } = proposal;
  const besides = project === undefined ? { unset: { project: 1 as const } } : { set: { project } };
  if (!(await moveOn(proposal, { state, by, at: world.now() }, session, besides))) return null;
  const detail = { before: { state: proposal.state, project: proposal.project }, after: { state, project } };
  const key = SAYS[state];
  if (!key) return { notified: false, detail };
  const isPart = state === 'merged' || state === 'project';
  const params = { number: _id.number, ...(isPart && project !== undefined && { project }) };
  const some = isPart && project === undefined ? 'Some' : '';
  const said = { key: key + some, ofPart: PART_SAYS[state] && PART_SAYS[state] + some, params };
  return { notified: await notifyProposers(world, notify, proposal, `state|${history.length}`, said, session), detail };
}

/** Takes a proposal off the public list, and notifies its proposer of the reason. Its place among the day's proposals of strangers is free again. */
export const hideProposal = act({
  name: 'proposal.hide',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ reason: line(LONGEST_REASON) }),
  refusals: { already: null },
  async run({ world, notify, session, on, input: { reason }, actor }) {
    const { _id, hidden } = on;
    if (hidden) return refuse('already');
    const at = world.now();
    const change = { $set: { public: false, hidden: { by: actor.name, reason, at } }, $unset: { strangerSlot: 1 as const } };
    await collection(Proposal).updateOne({ _id }, change, { session });
    const said = { key: 'notice.proposalHidden', params: { number: _id.number, reason } };
    const notified = await notifyProposer(world, notify, on, `hidden|${at.toISOString()}`, said, session);
    return done({ notified }, { before: { public: on.public }, after: { public: false }, reason });
  },
});

/** Puts a proposal on the public list, a stranger's or one that was hidden, and notifies its proposer. */
export const releaseProposal = act({
  name: 'proposal.release',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ reason: line(LONGEST_REASON) }),
  refusals: { already: null },
  async run({ world, notify, session, on, input: { reason }, actor }) {
    const { _id } = on;
    if (on.public) return refuse('already');
    const at = world.now();
    const change = { $set: { public: true, released: { by: actor.name, reason, at } }, $unset: { hidden: 1 as const } };
    await collection(Proposal).updateOne({ _id }, change, { session });
    const said = { key: 'notice.proposalReleased', params: { number: _id.number } };
    const notified = await notifyProposer(world, notify, on, `released|${at.toISOString()}`, said, session);
    return done({ notified }, { before: { public: false }, after: { public: true }, reason });
  },
});

/** Those of some proposals on which a council can decide: public, and nobody has decided what becomes of them. */
export async function isOnAgenda(cycle: string, numbers: readonly number[]): Promise<ReadonlySet<number>> {
  const found = await forReaders(Proposal)
    .find({ ...onPublicList(cycle), ...ON_AGENDA, '_id.number': { $in: [...numbers] } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id.number));
}

const MAX_ON_AGENDA = 60;
const ON_AGENDA: mongo.Filter<ProposalRecord> = { state: { $in: [...OPEN_STATES] }, text: { $exists: true } };

/** The numbers of the proposals that can be done and on whose opinion no council has decided for good, the lowest first; at most sixty. */
export async function proposalsToDecide(cycle: string): Promise<number[]> {
  const isUndecided = [{ 'council.decision': { $nin: ['recommended', 'not'] as const } }, { $expr: { $lt: ['$council.at', '$opinion.given.at'] } }];
  const waits = { 'opinion.isFeasible': true, 'opinion.given': { $exists: true }, $or: isUndecided };
  const found = await forReaders(Proposal)
    .find({ ...onPublicList(cycle), ...ON_AGENDA, ...waits }, { projection: { _id: 1 }, sort: { '_id.number': 1 }, limit: MAX_ON_AGENDA })
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
 * Their authors are notified. What is no longer open (merged, or refused meanwhile) stays as it is. False if somebody else changed one meanwhile.
 */
export async function decideProposals(
  world: World,
  notify: Notify,
  { cycle, meeting, by, at }: { cycle: string; meeting: number; by: string; at: Date },
  items: readonly Decided[],
  session: mongo.ClientSession,
): Promise<boolean> {
  for (const { proposal: number, decision, reason } of items) {
    const proposal = await collection(Proposal).findOne({ _id: { cycle, number } }, { session });
    if (!decision || !proposal || !isOpenState(proposal.state)) continue;
    const council: CouncilDecision = { decision, meeting, at, ...(reason && { reason }) };
    if (!(await moveOn(proposal, { state: STATE_AFTER[decision], by, at }, session, { set: { council } }))) return false;
    const said = decision === 'not' ? refusal(number, reason) : decided(decision, number, reason);
    await notifyProposers(world, notify, proposal, `council|${proposal.history.length}`, said, session);
  }
  return true;
}

function decided(decision: 'recommended' | 'deferred', number: number, reason: string | undefined) {
  const what = decision === 'recommended' ? 'Recommended' : reason === undefined ? 'Deferred' : 'DeferredBecause';
  return { key: `notice.proposal${what}`, ofPart: `notice.proposalPart${what}`, params: { number, ...(reason !== undefined && { reason }) } };
}

/** The notice to the proposers of a proposal that is refused, and of its parts. */
export function refusal(number: number, reason = '') {
  return { key: 'notice.proposalRefused', ofPart: 'notice.proposalPartRefused', params: { number, reason } };
}
