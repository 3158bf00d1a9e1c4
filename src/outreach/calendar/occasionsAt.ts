import type { Statement } from '../../dialog/question.ts';
import { daysFrom } from '../../fund/calendar/daysFrom.ts';
import { periods } from '../../fund/calendar/periods.ts';
import { readTime } from '../../fund/calendar/readTime.ts';
import { voteOf } from '../../fund/calendar/voteOf.ts';
import { dayOf } from '../../fund/cycles/dayOf.ts';
import type { CycleRecord } from '../../fund/records/cycle.ts';

/** Something that the calendar has us say, and for how long it makes sense to say it. */
export interface Occasion {
  /** Names it for ever: what was told under it is never told again. */
  readonly id: string;
  readonly cycle: string;
  readonly community: string;
  readonly kind: 'opens' | 'closing' | 'news' | 'head';
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

/**
 * What a cycle's calendar has us say at a moment, whatever became of it before: late, twice or after a week off-line gives what still makes
 * sense, at most one thing about the vote among it. What was due before we knew the cycle is nobody's news.
 */
export function occasionsAt(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const { importedAt } = cycle;
  if (!importedAt) return [];
  const all = [...ofTheVote(cycle, timezone), ...news(cycle, timezone), ...heads(cycle, timezone, now)];
  return all.filter(({ from, until }) => from >= importedAt && from <= now && now < until);
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

/**
 * At eight every morning of the vote, and on the one after it: where the ledger stood as the day before ended. With fewer than 500 residents
 * the ledger is public only after the close, and so is how far it has come: there it is the last morning alone.
 */
function heads(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const vote = voteOf(cycle);
  const from = readTime(`${dayOf(now, timezone)}T08:00`, timezone, now);
  if (!vote || !cycle.frozen || !from || from <= vote.from) return [];
  const before = daysFrom(from, -1, timezone);
  const isLast = before < vote.to && vote.to <= from;
  const isDuring = dayOf(vote.from, timezone) < dayOf(from, timezone) && from < vote.to;
  if (!isLast && !(isDuring && !cycle.frozen.day)) return [];
  return [occasion(cycle, 'head', 'supervisors', from, { from, until: daysFrom(from, 1, timezone) }, { key: 'notice.head' })];
}

function occasion(
  { _id: cycle, community }: Dated,
  kind: Occasion['kind'],
  to: Occasion['to'],
  moment: Date,
  when: Pick<Occasion, 'from' | 'until'>,
  said: Statement,
  ...more: string[]
): Occasion {
  return { id: [kind, cycle, ...more, moment.toISOString()].join('|'), cycle, community, kind, to, ...when, said };
}
