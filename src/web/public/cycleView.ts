import { setTimeout as wait } from 'node:timers/promises';
import { type AccountRead, publicAccount } from '../../fund/accounts/index.ts';
import type { SlipAudit } from '../../fund/ballots/audit/index.ts';
import { ballotOf, type Results, results, turnout } from '../../fund/ballots/index.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import {
  begunCycles,
  type CycleRecord,
  heldVote,
  isOpen,
  keyingUntil,
  type Period,
  type Project,
  periods,
  type Stage,
  slipsClose,
  spokenStage,
  stageAt,
  type TableAhead,
  tablesAhead,
  voteOf,
} from '../../fund/cycles/index.ts';
import { readWatching, type Watching } from '../../fund/heads/index.ts';
import { type PublicPublication, publicPublication } from '../../fund/meetings/index.ts';
import { type OpenTable, openTables, type PublicPaper, publicPaper, slipAuditSoFar } from '../../fund/paper/index.ts';
import { addedSince, keyChangesSince } from '../../fund/people/index.ts';
import { type ProjectPictures, projectPictures } from '../../fund/projects/index.ts';
import { answersTo, type PublicProposal, publicProposals } from '../../fund/proposals/index.ts';
import { countOffices, type OfficeCounts } from '../../fund/staff/index.ts';
import { type PublicWork, publicWorks } from '../../fund/works/index.ts';
import { type PublicBroadcast, publicBroadcasts } from '../../outreach/broadcasts/broadcast.ts';
import { CodedError } from '../../store/codedError.ts';
import type { PageKey } from '../../store/textKeys.ts';
import type { World } from '../../store/world.ts';
import { projectsIn } from './inLanguage.ts';
import type { PageLanguage } from './pageText.ts';

/** Everything that a community's page shows of a cycle. */
export interface CycleView {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord;
  readonly now: Date;
  readonly stage: Stage | undefined;
  readonly calendar: readonly Period[];
  readonly vote: { readonly from: Date; readonly to: Date } | undefined;
  /** Until when slips are keyed, if that is after the close. */
  readonly slipsUntil?: Date;
  /** The vote's day has come, and it is held back. */
  readonly isHeld: boolean;
  /** By number. Once the vote has opened, those of the frozen ballot. */
  readonly projects: readonly Project[];
  readonly pictures: ProjectPictures;
  readonly lot: readonly number[];
  /** Only while the vote is open. */
  readonly voters?: { readonly voters: number; readonly residents: number };
  /** Only once the vote has closed. */
  readonly outcome?: Outcome;
  /** The tables that are open now; only while the vote is open, and if it takes slips. */
  readonly tables?: readonly OpenTable[];
  /** The tables that are announced, those of now first. */
  readonly ahead: readonly TableAhead[];
  /** The vote on paper; only once it has closed, and if there was any. */
  readonly paper?: PublicPaper;
  /** Slips that were drawn by the seal, and compared with the box. */
  readonly compared?: SlipAudit;
  /** What is published before the vote. */
  readonly publication: PublicPublication | null;
  /** What becomes of the winners; empty before the result. */
  readonly works: readonly PublicWork[];
  /** Null until the works have begun. */
  readonly account: AccountRead | null;
  /** The newest ones. */
  readonly proposals: readonly PublicProposal[];
  readonly answers: Awaited<ReturnType<ReturnType<typeof answersTo>>>;
  /** Residents added, and phones and cards changed by hand, while the vote was open. */
  readonly roster?: { readonly added: number; readonly phones: number; readonly cards: number };
  readonly offices: OfficeCounts;
  /** Who outside watches the records. */
  readonly watching: Watching;
  /** Broadcasts, newest first. */
  readonly broadcasts: readonly PublicBroadcast[];
  /** Earlier cycles, newest first; or, on an earlier cycle's page, the later ones. */
  readonly others: readonly { readonly id: string; readonly title: string }[];
}

export type Outcome =
  | { readonly state: 'counted'; readonly results: Results }
  | { readonly state: 'counting' | 'broken' }
  /** Slips of paper are still keyed, until then. */
  | { readonly state: 'keying'; readonly until: Date };

/** The text that says what happens in a stage, and, if it ends, until when: `now.voteUntil`. */
export function stageKey(cycle: CycleRecord, { stage, to }: Pick<Period, 'stage' | 'to'>, now: Date): PageKey<'page'> {
  return `now.${spokenStage(cycle, stage, now)}${to ? 'Until' : ''}`;
}

/** The most proposals on the page itself; the others follow on `/c/SLUG/proposals`. */
const NEWEST = 30;
/** How long a page waits for a count before it says that the count is under way, in milliseconds. */
const TIMEOUT_MS = 400;

export async function cycleView(world: World, community: CommunityRecord, cycle: CycleRecord, language: PageLanguage): Promise<CycleView> {
  const now = world.now();
  const vote = voteOf(cycle, now);
  const until = slipsClose(cycle, now);
  const { frozen } = cycle;
  const isOver = frozen !== undefined && vote !== undefined && now >= vote.to;
  const isVoting = isOpen(cycle, now);
  const projects = projectsIn(projectsOf(cycle), language);
  const [
    { turnout: voters, outcome },
    proposals,
    answers,
    roster,
    broadcasts,
    others,
    offices,
    publication,
    works,
    pictures,
    tables,
    paper,
    compared,
    account,
    watching,
  ] = await Promise.all([
    turnoutOrOutcome(world, cycle),
    publicProposals(world, cycle._id, undefined, NEWEST),
    answersTo(world)(cycle._id),
    rosterOf(cycle),
    publicBroadcasts(world.vault, community._id, now),
    begunCycles(community._id, now),
    countOffices(world, community._id),
    publicPublication(world, cycle._id),
    cycle.sealedAt ? publicWorks(cycle._id) : [],
    projectPictures(
      cycle,
      projects.map(({ number }) => number),
    ),
    isVoting ? openTables(world, cycle._id) : undefined,
    isOver ? publicPaper(cycle._id) : undefined,
    cycle.sealedAt ? slipAuditSoFar(world, cycle._id) : undefined,
    cycle.sealedAt ? publicAccount(cycle._id) : null,
    readWatching(),
  ]);
  return {
    community,
    cycle,
    now,
    stage: stageAt(cycle, now),
    calendar: periods(cycle, now),
    vote,
    ...(vote && until && vote.to < until && { slipsUntil: until }),
    isHeld: heldVote(cycle, now) !== undefined,
    projects,
    pictures,
    lot: frozen ? ballotOf(frozen).frozen.lot : (cycle.lot ?? []),
    ...(voters && { voters }),
    ...(outcome && { outcome }),
    publication,
    works,
    account,
    ...(tables && { tables }),
    ahead: tablesAhead(cycle, now),
    ...(paper && { paper }),
    ...(compared && { compared }),
    proposals,
    answers,
    ...(roster && { roster }),
    offices,
    watching,
    broadcasts,
    others: others.filter(({ id }) => id !== cycle._id),
  };
}

/** How many have voted while a vote is open, and its outcome once it has closed; neither before it opens. */
export async function turnoutOrOutcome(
  world: World,
  cycle: CycleRecord,
): Promise<{ readonly turnout?: { readonly voters: number; readonly residents: number }; readonly outcome?: Outcome }> {
  const { _id, frozen, sealedAt } = cycle;
  const now = world.now();
  const vote = voteOf(cycle, now);
  if (sealedAt !== undefined || (vote !== undefined && now >= vote.to)) return { outcome: await outcomeOf(world, cycle) };
  if (!frozen) return {};
  const { voters, residents } = await turnout(world)(_id);
  return { turnout: { voters, residents } };
}

/** A cycle's projects by number; once the vote has opened, those of the frozen ballot. */
export function projectsOf({ frozen, projects }: CycleRecord): readonly Project[] {
  return frozen ? ballotOf(frozen).frozen.projects : projects.toSorted((one, other) => one.number - other.number);
}

/** Residents added, and phones and cards changed by hand, while a cycle's vote was open; undefined before it opens. */
export async function rosterOf(cycle: CycleRecord): Promise<CycleView['roster']> {
  const { community, frozen } = cycle;
  const vote = frozen && voteOf(cycle, frozen.at);
  if (!vote) return undefined;
  const [added, changed] = await Promise.all([addedSince(community, frozen.at, vote.to), keyChangesSince(community, frozen.at, vote.to)]);
  return { added, ...changed };
}

/** The result, if the count does not take long: a long one does not hold up the page, and the next request has it. */
export async function outcomeOf(world: World, cycle: CycleRecord): Promise<Outcome> {
  const { _id, sealedAt } = cycle;
  const until = keyingUntil(cycle, world.now());
  if (!sealedAt) return until ? { state: 'keying', until: new Date(until) } : { state: 'counting' };
  const counted = results(world, _id).then(
    (found): Outcome => ({ state: 'counted', results: found }),
    (error: unknown): Outcome => {
      if (error instanceof CodedError && error.code === 'not-closed') return { state: 'counting' };
      if (error instanceof CodedError && error.code === 'broken-ledger') return { state: 'broken' };
      throw error;
    },
  );
  const patience = new AbortController();
  const tired = wait<Outcome>(TIMEOUT_MS, { state: 'counting' }, { signal: patience.signal, ref: false }).catch(
    (): Outcome => ({ state: 'counting' }),
  );
  return Promise.race([counted, tired]).finally(() => patience.abort());
}
