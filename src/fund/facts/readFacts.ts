import type { Act } from '../../contacts/act.ts';
import { dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { itemsOf, results, turnout } from '../ballots/index.ts';
import { communityBySlug } from '../communities/index.ts';
import {
  type CycleRecord,
  currentCycle,
  cycleBefore,
  heldVote,
  keyingUntil,
  slipsClose,
  type TableAhead,
  tablesAhead,
  voteOf,
} from '../cycles/index.ts';
import { votedOrHandedIn } from '../paper/index.ts';
import { holdersOf, whoActs } from '../people/index.ts';
import { type BallotItem, ballotItem } from '../projects/index.ts';
import { countOffices } from '../staff/index.ts';
import { type ProposalTold, readProgress } from './readProgress.ts';

/** What costs a look-up, and is therefore looked up only if it is wanted. */
export type FactWanted = 'person' | 'turnout' | 'winners' | 'lastYear' | 'supervisors' | 'ownProposals';

/** A project for a resident who asks where it is, what it costs, or when it is built. */
export interface ProjectFacts extends BallotItem {
  /** Where it is; else its detail. */
  readonly place?: string;
  /** The month in which it is to be built, `2027-06`. */
  readonly due?: string;
}

/** What is known of a community and its current cycle. Times in ISO 8601, money in whole units of the cycle's currency. */
export interface Facts {
  /** Absent if there is no cycle. */
  readonly cycle?: {
    readonly budget: number;
    readonly currency: string;
    readonly projects: readonly ProjectFacts[];
    readonly min: number;
    readonly max: number;
    /** Its vote's day has come, and it is held back. */
    readonly isHeld?: true;
    /** Absent if it has no vote, or that is held back. `keyedUntil`: slips of paper are keyed until then, and the result comes after that. */
    readonly vote?: {
      readonly when: 'before' | 'open' | 'after';
      readonly opensAt: string;
      readonly closesAt: string;
      readonly keyedUntil?: string;
      /** Slips of paper are keyed after the close until then, and the result comes after that. */
      readonly slipsUntil?: string;
    };
    /** Where slips of paper are handed in, those that are not over; absent if none is announced. */
    readonly tables?: readonly TableAhead[];
    readonly rule: CycleRecord['rule'];
    /** So many votes a winner needs at least; 0 if any number is enough. */
    readonly threshold: number;
    /** In a tie, the first of them wins; absent until it is drawn. */
    readonly lot?: readonly number[];
    /** The numbers of the winners; only if they are wanted, and once the ledger is sealed. */
    readonly winners?: readonly number[];
    /** Now, as `due` is written. */
    readonly month: string;
  };
  readonly takesCards: boolean;
  /** A call to it is rejected, and called back. */
  readonly callsBack?: string;
  readonly money?: string;
  readonly moneyEn?: string;
  readonly notFor?: string;
  readonly mayVote?: string;
  readonly office?: string;
  /** Everybody can read each ballot after the close, and not the supervisors alone. */
  readonly isPublic?: true;
  /** How many supervise. */
  readonly supervisors?: number;
  /** Those of the writer, newest first. */
  readonly ownProposals?: readonly ProposalTold[];
  /** The community's own answer that is asked for. */
  readonly answer?: string;
  /** Who writes: somebody on the roster, who needs no card to vote from here, and whose ballot counts. */
  readonly person?: { readonly isKnown: boolean; readonly needsNoCard: boolean; readonly hasVoted: boolean };
  /** From the opening of the vote on. */
  readonly turnout?: { readonly voters: number; readonly residents: number };
  /** The cycle before, if its ledger is sealed. */
  readonly lastYear?: { readonly title: string; readonly winners: readonly BallotItem[] };
}

/**
 * Service: what is known, for an answer to a question. It writes nothing, says nothing of a ballot but that it counts, and counts no votes
 * by project before the ledger is sealed.
 */
export async function readFacts(world: World, { wants, ownAnswer }: { wants: readonly FactWanted[]; ownAnswer?: number }, act: Act): Promise<Facts> {
  const communityOf = communityBySlug(world);
  const current = currentCycle(world);
  const before = cycleBefore(world);
  const turnoutOf = turnout(world);
  const [community, cycle] = await Promise.all([communityOf(act.community), current(act.community, act.at)]);
  const { about, verify = 'either', ballots, callback, timezone = 'Asia/Shanghai' } = community ?? {};
  const vote = cycle && voteIn(cycle, act.at);
  const isHeld = cycle !== null && heldVote(cycle, act.at) !== undefined;
  const tables = cycle ? tablesAhead(cycle, act.at) : [];
  const isBegun = vote && vote.when !== 'before';
  const wanted = (fact: FactWanted) => wants.includes(fact);
  const winners = cycle?.sealedAt && wanted('winners') ? (await results(world, cycle._id)).winners : undefined;
  const last = cycle && wanted('lastYear') ? await before(cycle) : null;
  const progress = wanted('ownProposals') ? await readProgress(world, {}, act) : undefined;
  const answer = ownAnswer === undefined ? undefined : about?.answers?.[ownAnswer]?.says;
  return {
    ...(cycle && {
      cycle: {
        ...ballotIn(cycle),
        month: dayOf(act.at, timezone).slice(0, 7),
        ...(isHeld && { isHeld }),
        ...(vote && { vote }),
        ...(tables.length > 0 && { tables }),
        ...(winners && { winners }),
      },
    }),
    takesCards: verify !== 'phone',
    ...(callback && { callsBack: callback }),
    ...(about?.money && { money: about.money, ...(about.moneyEn && { moneyEn: about.moneyEn }) }),
    ...(about?.notFor && { notFor: about.notFor }),
    ...(about?.mayVote && { mayVote: about.mayVote }),
    ...(about?.office && { office: about.office }),
    ...(ballots === 'public' && { isPublic: true }),
    ...(wanted('supervisors') && { supervisors: (await countOffices(world, act.community)).supervisor }),
    ...(progress && 'mine' in progress && { ownProposals: progress.mine }),
    ...(answer !== undefined && { answer }),
    ...(wanted('person') && { person: await personIn(world, act, verify, cycle) }),
    ...(cycle && isBegun && wanted('turnout') && { turnout: votersIn(await turnoutOf(cycle._id)) }),
    ...(last?.sealedAt && { lastYear: { title: last.title, winners: itemsOf(last, (await results(world, last._id)).winners) } }),
  };
}

function voteIn(cycle: CycleRecord, at: Date): Required<Facts>['cycle']['vote'] {
  const vote = voteOf(cycle, at);
  if (!vote) return undefined;
  const when = at < vote.from ? 'before' : at < vote.to ? 'open' : 'after';
  const keyedUntil = keyingUntil(cycle, at);
  const slips = slipsClose(cycle, at);
  return {
    ...{ when, opensAt: vote.from.toISOString(), closesAt: vote.to.toISOString() },
    ...(keyedUntil && { keyedUntil }),
    ...(slips && slips > vote.to && { slipsUntil: slips.toISOString() }),
  };
}

const ballotTexts = new WeakMap<CycleRecord, ReturnType<typeof ballotOnce>>();

/** What is told of a cycle's ballot, made once for each cycle that is remembered. */
function ballotIn(cycle: CycleRecord): ReturnType<typeof ballotOnce> {
  const known = ballotTexts.get(cycle) ?? ballotOnce(cycle);
  ballotTexts.set(cycle, known);
  return known;
}

function ballotOnce({ budget, currency, rule, threshold, lot, projects, choices: { min, max } }: CycleRecord) {
  const facts = projects.map((project): ProjectFacts => {
    const { place = project.detail, due } = project;
    return { ...ballotItem(project), ...(place && { place }), ...(due && { due }) };
  });
  const drawn = lot && { lot };
  return { budget, currency, rule, threshold, ...drawn, projects: facts, min, max: projects.length > 0 ? Math.min(max, projects.length) : max };
}

function votersIn({ voters, residents }: Required<Facts>['turnout']): Required<Facts>['turnout'] {
  return { voters, residents };
}

/** What is told of somebody is told only where a receipt would be: to the one person who holds this phone or chat. */
async function personIn(
  world: World,
  act: Act,
  verify: Parameters<typeof whoActs>[0],
  cycle: CycleRecord | null,
): Promise<Required<Facts>['person']> {
  const here = await holdersOf(world)(act);
  const who = whoActs(verify, here, act, 'resident');
  const resident = 'ask' in who ? undefined : who.resident;
  return {
    isKnown: here.holders.length > 0,
    needsNoCard: !('ask' in whoActs(verify, here, { ...act, votingIn: cycle?._id }, 'ballot')),
    hasVoted: cycle !== null && resident !== undefined && (await votedOrHandedIn(world, cycle, [resident])).has(resident),
  };
}
