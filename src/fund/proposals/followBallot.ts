import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import type { Detail } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { recordState, setProposalState } from './decideProposal.ts';
import { proposalChanged } from './moveOn.ts';
import { isOpenState, Proposal, type ProposalRecord, type ProposalState, standingDecision } from './proposal.ts';

/** A project of a ballot that changes: its number until now and from now on, either absent if there is none; `of`: the proposal that it is made of. */
export interface ProjectMoved {
  readonly cycle: string;
  readonly community: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly of: number | undefined;
  readonly actor: Actor;
}

/** What the log says of a proposal that got another state (`setProposalState`). */
interface StateEntry {
  readonly subject: string;
  readonly detail: Detail;
}

/**
 * Keeps proposals true to the ballot, in the session of its change: the one that a project is made of becomes part of it, those of a project that goes are
 * considered again, and their proposers are notified; a new number of a project is theirs, too. Gives the entries that the log is to have of it. Throws `proposalChanged` if somebody decided on it meanwhile.
 */
export async function followBallot(
  world: World,
  notify: Notify,
  { cycle, community, before, after, of, actor }: ProjectMoved,
  session: mongo.ClientSession,
): Promise<readonly StateEntry[]> {
  const { by } = checkRight(actor, setProposalState, community);
  const entries: StateEntry[] = [];
  const partOf = { '_id.cycle': cycle, project: before };
  if (before !== undefined && after !== undefined && after !== before)
    await collection(Proposal).updateMany(partOf, { $set: { project: after } }, { session });
  if (before !== undefined && after === undefined)
    for (const part of await collection(Proposal).find(partOf, { session }).toArray())
      await follow(part, { state: standingDecision(part)?.decision === 'recommended' ? 'recommended' : 'considered' });
  if (of === undefined || after === undefined) return entries;
  const made = await collection(Proposal).findOne({ _id: { cycle, number: of } }, { session });
  if (!made || !isOpenState(made.state)) throw proposalChanged();
  if (!(await follow(made, { state: 'project', project: after }))) throw proposalChanged();
  return entries;

  async function follow(proposal: ProposalRecord, change: { readonly state: ProposalState; readonly project?: number }): Promise<boolean> {
    const recorded = await recordState(world, notify, proposal, { ...change, by }, session);
    if (recorded) entries.push({ subject: `${cycle}/${proposal._id.number}`, detail: recorded.detail });
    return recorded !== null;
  }
}

/** Proposals stay part of their projects, as all get other numbers at once. */
export async function renumberProposals(cycle: string, numbers: ReadonlyMap<number, number>, session: mongo.ClientSession): Promise<void> {
  const project = { $arrayElemAt: [[...numbers.values()], { $indexOfArray: [[...numbers.keys()], '$project'] }] };
  await collection(Proposal).updateMany({ '_id.cycle': cycle, project: { $in: [...numbers.keys()] } }, [{ $set: { project } }], { session });
}

/** The project that each of some proposals of a cycle is part of now, by the proposal's number, in a session; of two that are one project the first. */
export async function projectsMadeOf(
  cycle: string,
  proposals: readonly { readonly number: number }[],
  session?: mongo.ClientSession,
): Promise<ReadonlyMap<number, number>> {
  const numbers = proposals.map(({ number }) => number);
  const found = await collection(Proposal)
    .find(
      { '_id.cycle': cycle, '_id.number': { $in: numbers }, state: 'project' },
      { ...(session && { session }), sort: { '_id.number': 1 }, projection: { project: 1 } },
    )
    .toArray();
  const made = new Map<number, number>();
  for (const { _id, project } of found) if (project !== undefined && ![...made.values()].includes(project)) made.set(_id.number, project);
  return made;
}
