import type { Act } from '../../contacts/act.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { itemsOf, results } from '../ballots/index.ts';
import {
  type CycleRecord,
  currentCycle,
  cycleBefore,
  heldVote,
  keyingUntil,
  periods,
  type Stage,
  type TableAhead,
  tablesAhead,
  voteOf,
} from '../cycles/index.ts';
import { holdersOf } from '../people/index.ts';
import { type BallotItem, type ProjectTold, projectTold } from '../projects/index.ts';
import { Proposal, type ProposalRecord, type ProposalState, proposalText, refusalOf, supportsOf } from '../proposals/index.ts';
import { unratedWorks, type WorkState, workByNumber } from '../works/index.ts';

export interface ProposalTold {
  readonly number: number;
  readonly text: string;
  readonly state: ProposalState;
  readonly project?: number;
  /** The proposal that it is part of now, or that it is in the next cycle. */
  readonly into?: number;
  /** Why it is refused, put off or not on the ballot, in a sentence. */
  readonly why?: string;
  /** How many residents support it, if somebody does; given if one proposal is asked for. */
  readonly supports?: number;
}

/** A project, when it is to be built (`2027-06`), and how far it is: `isChosen` once the ledger is sealed. */
export interface ProjectProgress extends ProjectTold {
  readonly due?: string;
  readonly isChosen?: boolean;
  /** A proposal that it was made of is done. */
  readonly isDone?: true;
  /** How far its work is. */
  readonly work?: WorkState;
}

/** Where a cycle stands, times in ISO 8601. */
export interface CycleProgress {
  readonly title: string;
  readonly stage: Stage;
  /** When the next stage begins, and which stage it is. */
  readonly until?: string;
  readonly nextStage?: Stage;
  /** The vote's day has come, and it is held back. */
  readonly isHeld?: true;
  readonly opensAt?: string;
  readonly closesAt?: string;
  /** The vote is over, and slips of paper are keyed until then: the result comes after that. */
  readonly keyedUntil?: string;
  /** Where slips of paper are handed in, those that are not over; absent if none is announced. */
  readonly tables?: readonly TableAhead[];
  /** Newest first. */
  readonly mine: readonly ProposalTold[];
  /** Present once the ledger is sealed. */
  readonly winners?: readonly BallotItem[];
  readonly spent?: number;
  /** Of the winners, those that are built; not given if none is. */
  readonly done?: readonly BallotItem[];
  /** The writer is known, and there is an accepted work that they have not rated. */
  readonly canRate?: true;
}

/** What has a number. `last`: the work of the cycle before that has it, if none of this one does. */
export interface NumberRead {
  readonly proposal?: ProposalTold;
  readonly project?: ProjectProgress;
  readonly last?: ProjectProgress;
}

export type ProgressRead =
  | CycleProgress
  | (NumberRead & (Required<Pick<NumberRead, 'proposal'>> | Required<Pick<NumberRead, 'project'>> | Required<Pick<NumberRead, 'last'>>))
  | { readonly unknown: number }
  | { readonly none: true };

/**
 * Service: where the current cycle stands and what became of the writer's own proposals; with a number, the proposal and the project that have
 * it, and the work of the cycle before.
 */
export async function readProgress(world: World, { number }: { number?: number }, act: Act): Promise<ProgressRead> {
  const current = currentCycle(world);
  const cycle = await current(act.community, act.at);
  const calendar = cycle ? periods(cycle, act.at) : [];
  const index = calendar.findLastIndex(({ from }) => from <= act.at);
  const period = calendar[index];
  if (!cycle || !period) return { none: true };
  const { resident, by } = await authorsOf(world, act);
  const sealed = cycle.sealedAt && (await results(world, cycle._id));
  if (number !== undefined) return aboutOne(world, cycle, number, by, sealed?.winners);

  const mine = await collection(Proposal)
    .find({ community: act.community, by: { $in: by }, '_id.cycle': cycle._id }, { sort: { '_id.number': -1 }, limit: 50 })
    .toArray();
  const vote = voteOf(cycle, act.at);
  const next = calendar[index + 1];
  const tables = tablesAhead(cycle, act.at);
  const keyedUntil = keyingUntil(cycle, act.at);
  const done = sealed ? await doneAmong(cycle, sealed.winners) : [];
  const canRate = resident !== undefined && (await unratedWorks(world, act, resident)).length > 0;
  return {
    title: cycle.title,
    stage: period.stage,
    ...(next && { until: next.from.toISOString(), nextStage: next.stage }),
    ...(heldVote(cycle, act.at) && { isHeld: true }),
    ...(vote && { opensAt: vote.from.toISOString(), closesAt: vote.to.toISOString() }),
    ...(keyedUntil && { keyedUntil }),
    ...(tables.length > 0 && { tables }),
    mine: mine.map((proposal) => proposalTold(world, proposal)),
    ...(sealed && { winners: itemsOf(cycle, sealed.winners), spent: sealed.spent }),
    ...(done.length > 0 && { done: itemsOf(cycle, done) }),
    ...(canRate && { canRate }),
  };
}

/** The writer, if they are known, and the values of `by` in their proposals: the resident, and this phone or chat for proposals from before it was on the roster. */
async function authorsOf(world: World, act: Act): Promise<{ readonly resident?: string; readonly by: string[] }> {
  const holders = holdersOf(world);
  const { holders: here } = act.resident === undefined ? await holders(act) : { holders: [{ resident: act.resident }] };
  const [resident] = here.length === 1 ? here.map((holder) => holder.resident) : [];
  return { ...(resident !== undefined && { resident }), by: [...(resident === undefined ? [] : [resident]), addressHmac(world.vault, act)] };
}

async function aboutOne(
  world: World,
  cycle: CycleRecord,
  number: number,
  by: string[],
  winners: readonly number[] | undefined,
): Promise<ProgressRead> {
  const found = await collection(Proposal).findOne({ _id: { cycle: cycle._id, number } });
  const isMine = found !== null && by.includes(found.by);
  const supports = (await supportsOf(cycle._id, [number])).get(number);
  const proposal =
    found && (isMine || found.public)
      ? { proposal: { ...(isMine ? proposalTold(world, found) : masked(proposalTold(world, found))), ...(supports && { supports }) } }
      : undefined;
  const project = await projectIn(cycle, number, winners);
  const last = project?.work === undefined ? await lastWork(world, cycle, number) : undefined;
  if (project) return { ...proposal, project, ...(last && { last }) };
  if (last) return { ...proposal, last };
  return proposal ?? { unknown: number };
}

/** The work of the cycle before that has this number. */
async function lastWork(world: World, cycle: CycleRecord, number: number): Promise<ProjectProgress | undefined> {
  const before = await cycleBefore(world)(cycle);
  const last = before && (await projectIn(before, number, [number]));
  return last?.work === undefined ? undefined : last;
}

/** A project of a cycle; once its result is there (`winners`), how far it is. */
async function projectIn(cycle: CycleRecord, number: number, winners: readonly number[] | undefined): Promise<ProjectProgress | undefined> {
  const project = cycle.projects.find((each) => each.number === number);
  if (!project) return undefined;
  const work = winners?.includes(number) ? await workByNumber(cycle._id, number) : null;
  const isDone = winners?.includes(number) && (await doneAmong(cycle, [number])).length > 0;
  return {
    ...projectTold(project),
    ...(project.due && { due: project.due }),
    ...(winners && { isChosen: winners.includes(number) }),
    ...(isDone && { isDone }),
    ...(work && { work: work.state }),
  };
}

/** Of these projects, those that a proposal was made of which is done. */
async function doneAmong({ _id: cycle }: CycleRecord, numbers: readonly number[]): Promise<number[]> {
  const done = await collection(Proposal)
    .find({ '_id.cycle': cycle, state: 'done', project: { $in: [...numbers] } }, { projection: { project: 1 } })
    .toArray();
  return numbers.filter((number) => done.some(({ project }) => project === number));
}

function masked(proposal: ProposalTold): ProposalTold {
  return { ...proposal, text: maskNumbers(proposal.text) };
}

function proposalTold({ vault }: World, record: ProposalRecord): ProposalTold {
  const { _id, text, state, project, mergedInto, carriedTo } = record;
  const why = refusalOf(record)?.text;
  return {
    number: _id.number,
    text: proposalText(vault, { _id, text }),
    state,
    ...(project !== undefined && { project }),
    ...(mergedInto !== undefined && { into: mergedInto }),
    ...(carriedTo && { into: carriedTo.number }),
    ...(why && { why }),
  };
}
