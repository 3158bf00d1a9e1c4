import type { FlowStatement } from '../src/dialog/flow.ts';
import type { Changed, Question, Statement } from '../src/dialog/question.ts';
import type { Cast, CastRefusal, MyPicks, OpenBallot, Opened, PicksRefusal } from '../src/fund/ballots/index.ts';
import type { Stage } from '../src/fund/cycles/index.ts';
import type { BallotItem } from '../src/fund/projects/index.ts';

/** What a vote keeps from one step to the next. */
export interface VoteContext extends Changed {
  readonly ballot: OpenBallot;
  readonly picks: readonly number[];
  /** Nothing shows that the picks are a vote: they are read back first. */
  readonly unsure: boolean;
  /** Picks were refused: the question is short, because the list was seen or is one word away. */
  readonly refused: boolean;
  /** What was read back was not meant: the question is short. */
  readonly left?: boolean;
  readonly page: number;
  /** A project that was tapped. */
  readonly tapped?: number;
  /**
   * The picks wait here to be cast: there are too few yet, or the ballot was begun again. If not pending, a tap adds to the ballot that
   * is cast.
   */
  readonly pending: boolean;
}

export const NO_BALLOT: OpenBallot = { cycle: '', projects: [], min: 0, max: 0, budget: 0, currency: '', closesAt: '' };

/** How many projects go on one page: if their names are not all long, they fit four SMS segments. */
export const PAGE = 12;

export interface AfterTap {
  /** `tooFew`: the minimum is not reached yet. `whole`: it has to be cast, or this very turn cast it before a crash. */
  readonly came: 'unknown' | 'alreadyIn' | 'full' | 'tooFew' | 'whole';
  readonly picks: readonly number[];
}

/** What a tap makes of the picks that wait to be cast; if none wait, of those that are cast. */
export function afterTap({ context, event: { output: mine } }: { context: VoteContext; event: { output: MyPicks } }): AfterTap {
  const { ballot, picks, tapped = 0, pending } = context;
  return withTapped(tapped, ballot, pending && !mine.isCast ? { picks } : mine);
}

/** The picks with the tapped project. If a withdrawn project is among the picks, it stays, and the ledger refuses it. */
function withTapped(number: number, { projects, min, max }: OpenBallot, { picks, isCast }: MyPicks): AfterTap {
  if (isCast) return { came: 'whole', picks };
  if (!projects.some((project) => project.number === number)) return { came: 'unknown', picks };
  if (picks.includes(number)) return { came: 'alreadyIn', picks };
  if (picks.length >= max) return { came: 'full', picks };
  return { came: picks.length + 1 < min ? 'tooFew' : 'whole', picks: [...picks, number] };
}

/** Asks for picks. No number stands in it as an example: it would be an advertisement. */
export function ask({ ballot: { cycle, projects, min, max, closesAt }, refused, left, page }: VoteContext): Question {
  const isLong = projects.length > PAGE;
  const key = left ? 'vote.left' : refused ? 'vote.pickAgain' : isLong ? 'vote.pickMore' : 'vote.pick';
  const shown = projects.slice(page * PAGE, (page + 1) * PAGE);
  return { key, params: { cycle, shown, closesAt }, expects: 'numbers', options: projects, min, max };
}

/** Asks how to go on after a tap: how many picks may be added, or are missing. */
export function askOn({ ballot, picks, pending }: VoteContext): Question {
  const { projects, min, max } = ballot;
  const question = { expects: 'numbers' as const, options: projects, min, max };
  if (pending && picks.length < min) return { key: 'vote.missing', params: { picks: named(ballot, picks), left: min - picks.length }, ...question };
  const left = max - picks.length;
  return left > 0 ? { key: 'vote.addMore', params: { left }, ...question } : { key: 'vote.whole', ...question };
}

/** The picked projects in the order in which they were named, with titles: a number alone cannot be checked by ear. */
export function named({ projects }: OpenBallot, picks: readonly number[]): BallotItem[] {
  return picks.flatMap((pick) => projects.filter(({ number }) => number === pick));
}

/** Reads picks back before they are cast. */
export function confirm({ ballot, picks, change }: VoteContext): Question {
  return {
    key: change ? 'vote.confirmChanged' : 'vote.confirm',
    outcome: 'askConfirmation',
    params: { picks: named(ballot, picks), max: ballot.max },
    expects: 'confirmation',
    options: ballot.projects,
  };
}

/** What has changed of the picks that were shown before. */
export function changes({ change }: VoteContext): Statement[] {
  if (!change) return [];
  const { added, dropped } = change;
  const key = dropped.length === 0 ? 'added' : added.length === 0 ? 'dropped' : 'swapped';
  return [{ key: `vote.${key}`, params: { ...(added.length > 0 && { added }), ...(dropped.length > 0 && { dropped }), isPart: true } }];
}

export function closed(opened: Opened, hasPicks: boolean): Statement[] {
  const lost = hasPicks ? [{ key: 'vote.notRecorded' }] : [];
  if ('notYet' in opened) return [...lost, early(opened.notYet)];
  if ('over' in opened) return [...lost, over(opened.over)];
  if ('held' in opened) return [...lost, { key: 'vote.held' }];
  return [...lost, { key: 'vote.none' }];
}

export function refusedOnOpening(opened: Opened): Statement[] {
  return 'open' in opened && opened.refused ? [refusal(opened.refused)] : [];
}

/** What has to be known before the choice. Once picks were refused, it was said; if the ballot begins again, what becomes of the one before. */
export function beforeChoice(opened: Opened, { refused, pending }: VoteContext): Statement[] {
  if (!('open' in opened) || refused) return [];
  return pending ? [{ key: 'vote.afresh' }] : upTo(opened.open);
}

/** The money, how many projects may be picked, until when; and how many have to be, if one is not enough. */
export function upTo({ budget, currency, min, max, closesAt }: OpenBallot): Statement[] {
  return [{ key: 'vote.upTo', params: { budget, currency, max, closesAt } }, ...(min > 1 ? [{ key: 'vote.atLeast', params: { min } }] : [])];
}

export function outcome(cast: Cast): FlowStatement[] {
  if ('refused' in cast) return isOfPicks(cast.refused) ? [refusal(cast.refused)] : uncast(cast.refused);
  const { receipt, changed, picks, closesAt } = cast;
  const params = { picks, receipt, closesAt };
  return [changed ? { key: 'vote.changed', params, outcome: 'changed' } : { key: 'vote.receipt', params, outcome: 'cast' }];
}

export function tappedOutcome(cast: Cast): FlowStatement[] {
  if ('refused' in cast) return [];
  const { receipt, changed, picks } = cast;
  return [{ key: 'vote.tapped', params: { picks, receipt }, outcome: changed ? 'changed' : 'cast' }];
}

export function isOfPicks(refused: CastRefusal): refused is PicksRefusal {
  return ['unknown', 'doubled', 'tooMany', 'tooFew'].includes(refused.reason);
}

function refusal({ reason, ...params }: PicksRefusal): Statement {
  return { key: `vote.${reason}`, params };
}

function uncast(refused: Exclude<CastRefusal, PicksRefusal>): FlowStatement[] {
  switch (refused.reason) {
    case 'early':
      return [{ key: 'vote.notRecorded' }, early(refused)];
    case 'held':
      return [{ key: 'vote.notRecorded' }, { key: 'vote.held' }];
    case 'late':
      return [late(refused)];
    case 'hasBallot':
      return [refused.isSame ? { key: 'vote.hasBallot', outcome: 'alreadyCast' } : { key: 'vote.hasBallot' }];
    default:
      return [{ key: `vote.${refused.reason}` }];
  }
}

/** Once the projects are set there is nothing to propose for this year. */
function early({ opensAt, closesAt, stage }: { opensAt: string; closesAt?: string; stage?: Stage }): Statement {
  if (closesAt && stage === 'publish') return { key: 'vote.earlyDecided', params: { opensAt, closesAt } };
  return closesAt ? { key: 'vote.early', params: { opensAt, closesAt } } : { key: 'vote.earlyOpenEnd', params: { opensAt } };
}

function late({ closedAt, keyedUntil }: Extract<CastRefusal, { reason: 'late' }>): Statement {
  return keyedUntil ? { key: 'vote.lateKeying', params: { closedAt, keyedUntil } } : { key: 'vote.late', params: { closedAt } };
}

function over({ closedAt, keyedUntil, winners }: Extract<Opened, { over: unknown }>['over']): Statement {
  if (!winners) return keyedUntil ? { key: 'vote.keying', params: { keyedUntil } } : { key: 'vote.counting', params: { closedAt } };
  return winners.length ? { key: 'vote.winners', params: { winners } } : { key: 'vote.noWinners', params: { closedAt } };
}
