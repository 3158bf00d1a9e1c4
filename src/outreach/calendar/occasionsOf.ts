import type { Statement } from '../../dialog/question.ts';
import { daysFrom } from '../../fund/calendar/daysFrom.ts';
import { periods } from '../../fund/calendar/periods.ts';
import { voteOf } from '../../fund/calendar/voteOf.ts';
import type { CycleRecord } from '../../fund/records/cycle.ts';
import type { Stage } from '../../fund/stage.ts';

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
export function occasionsOf(cycle: Dated, timezone: string): Occasion[] {
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
