import type { Statement } from '../../dialog/question.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import { type CycleRecord, periods, type Stage, voteOf } from '../../fund/cycles/index.ts';
import { dayOf, daysFrom, readTime } from '../../store/wallTime.ts';
import { quietUntil } from '../quietUntil.ts';

/** Something that the calendar has us say, and for how long it makes sense to say it. */
export interface Occasion {
  /** Names it for ever: what was told under it is never told again. */
  readonly id: string;
  readonly cycle: string;
  readonly community: string;
  readonly kind: 'opens' | 'closing' | 'news' | 'head';
  /** Of news: the step that begins. */
  readonly stage?: Stage;
  readonly to: 'all' | 'notVoted' | 'subscribers' | 'supervisors';
  readonly from: Date;
  /** From then on nobody is told any more. */
  readonly until: Date;
  readonly said: Statement;
}

export type Dated = Pick<CycleRecord, '_id' | 'community' | 'stages' | 'moves' | 'importedAt' | 'frozen'>;

const CLOSING_DAYS = [3, 1];
/** Whoever was told that the vote is open is not reminded within half a day. */
const AFTER_OPENING_MS = 12 * 60 * 60 * 1_000;
const NEWS_DAYS = 7;

/** What a cycle's calendar has us say from its first day to its last, the ledger's heads apart. What was due before we knew the cycle is nobody's news. */
function occasionsOf(cycle: Dated, timezone: string): Occasion[] {
  const { importedAt } = cycle;
  return importedAt ? [...ofTheVote(cycle, timezone), ...news(cycle, timezone)].filter(({ from }) => from >= importedAt) : [];
}

/** It opens (to everybody); it closes in three days, in one (to who has not voted). Each holds until the next. */
function ofTheVote(cycle: Dated, timezone: string): Occasion[] {
  const vote = voteOf(cycle);
  if (!vote) return [];
  const { from, to: close } = vote;
  const params = { closesAt: close.toISOString() };
  const closing = CLOSING_DAYS.map((days) => daysFrom(close, -days, timezone)).filter(
    (moment) => moment.getTime() >= from.getTime() + AFTER_OPENING_MS,
  );
  return [from, ...closing].map((moment, index) => {
    const until = closing[index] ?? close;
    return index === 0
      ? occasion(cycle, 'opens', 'all', from, { from: moment, until }, { key: 'notice.opens', params })
      : occasion(cycle, 'closing', 'notVoted', moment, { from: moment, until }, { key: 'notice.closing', params });
  });
}

/** A line on the day of each step, for who asked; of the vote everybody hears. */
function news(cycle: Dated, timezone: string): Occasion[] {
  return periods(cycle).flatMap(({ stage, from, to }) => {
    if (stage === 'vote') return [];
    const old = daysFrom(from, NEWS_DAYS, timezone);
    const until = to && to < old ? to : old;
    return occasion(cycle, 'news', 'subscribers', from, { from, until }, { key: `notice.news.${stage}` }, stage);
  });
}

function occasion(
  { _id: cycle, community }: Dated,
  kind: Occasion['kind'],
  to: Occasion['to'],
  moment: Date,
  when: Pick<Occasion, 'from' | 'until'>,
  said: Statement,
  stage?: Stage,
): Occasion {
  const id = [kind, cycle, ...(stage ? [stage] : []), moment.toISOString()].join('|');
  return { id, cycle, community, kind, ...(stage && { stage }), to, ...when, said };
}

/**
 * What a cycle's calendar has us say at a moment, whatever became of it before: late, twice or after a week off-line gives what still makes
 * sense, at most one thing about the vote among it.
 */
export function occasionsAt(cycle: Dated, timezone: string, now: Date): Occasion[] {
  return [...occasionsOf(cycle, timezone), ...heads(cycle, timezone, now)].filter(({ from, until }) => from <= now && now < until);
}

/**
 * At eight every morning of the vote, and on the one after it: where the ledger stood as the day before ended. With fewer than 500 residents
 * the ledger is public only after the close, and so is how far it has come: there it is the last morning alone.
 */
function heads(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const vote = voteOf(cycle);
  const from = readTime(`${dayOf(now, timezone)}T08:00`, timezone, now);
  if (!vote || !cycle.frozen || !cycle.importedAt || !from || from <= vote.from || from < cycle.importedAt) return [];
  const before = daysFrom(from, -1, timezone);
  const isLast = before < vote.to && vote.to <= from;
  const isDuring = dayOf(vote.from, timezone) < dayOf(from, timezone) && from < vote.to;
  if (!isLast && !(isDuring && !cycle.frozen.day)) return [];
  const { _id, community } = cycle;
  const until = daysFrom(from, 1, timezone);
  return [
    { id: `head|${_id}|${from.toISOString()}`, cycle: _id, community, kind: 'head', to: 'supervisors', from, until, said: { key: 'notice.head' } },
  ];
}

/** When something happens next, and what: a step of the calendar (its stage), the opening, a reminder, the last head of the ledger. */
export interface Moment {
  readonly at: Date;
  readonly what: string;
}

/** The next moment at which we say something by ourselves; at night, when the night is over. Undefined where the calendar has no more. */
export function nextMoment(cycle: Dated, community: Pick<CommunityRecord, 'timezone' | 'quiet'>, now: Date): Moment | undefined {
  const moments = occasionsOf(cycle, community.timezone).map(({ from, kind, stage }) => ({
    at: quietUntil(community, from) ?? from,
    what: stage ?? kind,
  }));
  return [...moments, ...lastHead(cycle, community.timezone)]
    .filter(({ at }) => at > now)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())[0];
}

/** At eight on the morning after the close. */
function lastHead(cycle: Dated, timezone: string): Moment[] {
  const close = voteOf(cycle)?.to;
  if (!close) return [];
  const mornings = [`${dayOf(close, timezone)}T08:00`, '+1dT08:00'].map((morning) => readTime(morning, timezone, close));
  const at = mornings.find((morning) => morning !== undefined && morning > close);
  return at ? [{ at, what: 'head' }] : [];
}
