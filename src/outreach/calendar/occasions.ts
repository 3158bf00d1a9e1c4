import type { Statement } from '../../dialog/question.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import { type CycleRecord, heldVote, periods, type Stage, slipsClose, spokenStage, voteOf } from '../../fund/cycles/index.ts';
import type { PublicStep } from '../../fund/meetings/index.ts';
import { dayOf, daysFrom, readTime } from '../../store/wallTime.ts';
import { quietUntil } from '../quietUntil.ts';

/** A message that is due by the calendar, and how long it makes sense. */
export interface Occasion {
  /** Names it for ever: what was sent under this id is never sent again. */
  readonly id: string;
  readonly cycle: string;
  readonly community: string;
  readonly kind: 'opens' | 'closing' | 'news' | 'head' | 'logHead' | 'rate';
  /** For news: the stage that begins, the vote that is held back, or what was done. */
  readonly about?: Stage | 'held' | 'works' | PublicStep['kind'];
  /** `all`: it is pointless for a person who has voted meanwhile; `everybody`: it is not. */
  readonly to: 'all' | 'everybody' | 'notVoted' | 'subscribers' | 'supervisors';
  readonly from: Date;
  /** Nobody is notified from then on. */
  readonly until: Date;
  readonly said: Statement;
}

export type Dated = Pick<CycleRecord, '_id' | 'community' | 'stages' | 'moves' | 'holds' | 'paper' | 'importedAt' | 'frozen'>;

const CLOSING_DAYS = [3, 1];
/** There is no reminder within half a day of the notice that the vote is open. */
const AFTER_OPENING_MS = 12 * 60 * 60 * 1_000;
const NEWS_DAYS = 7;

/**
 * The occasions of a cycle's calendar from its first day to its last, except the ledger's heads, and those of what was done (`steps`). What was due
 * before the cycle was imported is left out.
 */
function occasionsOf(cycle: Dated, timezone: string, now: Date, steps: readonly PublicStep[]): Occasion[] {
  const { importedAt } = cycle;
  if (!importedAt) return [];
  const all = [
    ...ofTheVote(cycle, timezone, now),
    ...news(cycle, timezone, now),
    ...newsOfHeldVote(cycle, timezone, now),
    ...newsOfSteps(cycle, timezone, steps),
  ];
  return all.filter(({ from }) => from >= importedAt);
}

/** The vote opens (to everybody); it closes in three days, in one day (to those who have not voted). Each is valid until the next. */
function ofTheVote(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const vote = voteOf(cycle, now);
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

/** A line on the day of each step, for those who asked for news. The vote has its own occasions, for everybody. The line after the vote leads to its result. */
function news(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const [close, resultAt] = [voteOf(cycle, now)?.to, slipsClose(cycle, now)];
  return periods(cycle, now).flatMap(({ stage, from: begins, to }) => {
    if (stage === 'vote') return [];
    const from = resultAt && close && close <= begins && begins < resultAt ? resultAt : begins;
    if (to && to <= from) return [];
    const old = daysFrom(from, NEWS_DAYS, timezone);
    const until = to && to < old ? to : old;
    return occasion(cycle, 'news', 'subscribers', from, { from, until }, { key: `notice.news.${spokenStage(cycle, stage, now)}` }, stage);
  });
}

/** A line to the same on the day of a vote that does not open, as long as it is held back. */
function newsOfHeldVote(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const held = heldVote(cycle, now);
  if (!held) return [];
  const { from } = held;
  return [occasion(cycle, 'news', 'subscribers', from, { from, until: daysFrom(from, NEWS_DAYS, timezone) }, { key: 'notice.news.held' }, 'held')];
}

/**
 * A line to the same on the morning after what was done, one of each kind a day. It makes sense until there is something newer of its kind; that a list
 * is published, until its publication ends.
 */
function newsOfSteps(cycle: Dated, timezone: string, steps: readonly PublicStep[]): Occasion[] {
  const newest = new Map<string, Date>();
  return steps
    .toSorted((one, other) => other.day.localeCompare(one.day))
    .flatMap(({ kind, at, to, counts }) => {
      const from = readTime('+1dT08:00', timezone, at);
      if (!from) return [];
      const ends = [daysFrom(from, NEWS_DAYS, timezone), newest.get(kind), to].filter((end) => end !== undefined);
      newest.set(kind, from);
      const until = new Date(Math.min(...ends.map((end) => end.getTime())));
      const said = { key: `notice.news.${kind}`, params: { ...counts, ...(to && { until: to.toISOString() }) } };
      return [occasion(cycle, 'news', 'subscribers', from, { from, until }, said, kind)];
    });
}

function occasion(
  { _id: cycle, community }: Dated,
  kind: Occasion['kind'],
  to: Occasion['to'],
  moment: Date,
  when: Pick<Occasion, 'from' | 'until'>,
  said: Statement,
  about?: Occasion['about'],
): Occasion {
  const id = [kind, cycle, ...(about ? [about] : []), moment.toISOString()].join('|');
  return { id, cycle, community, kind, ...(about && { about }), to, ...when, said };
}

/**
 * The occasions that are due at a moment, whether or not they were announced before. Late, twice or after a week off-line it gives what still makes
 * sense, with at most one occasion about the vote. `steps`: what was done in the cycle (`publicSteps`).
 */
export function occasionsAt(cycle: Dated, timezone: string, now: Date, steps: readonly PublicStep[] = []): Occasion[] {
  return [...occasionsOf(cycle, timezone, now, steps), ...heads(cycle, timezone, now)].filter(({ from, until }) => from <= now && now < until);
}

/** When in the evening the ledger's head is told, in the community's zone. */
const EVENING = 'T20:00';

/**
 * At eight in the evening of each day until the slips of the vote are closed, and on the first evening after that: the head of the ledger, however few
 * residents there are. It is told as a hash alone, which says neither how many ballots there are nor of which day.
 */
function heads(cycle: Dated, timezone: string, now: Date): Occasion[] {
  const [vote, ends] = [voteOf(cycle, now), slipsClose(cycle, now)];
  if (!vote || !ends || !cycle.frozen || !cycle.importedAt) return [];
  const today = readTime(`${dayOf(now, timezone)}${EVENING}`, timezone, now);
  const from = today && today > now ? daysFrom(today, -1, timezone) : today;
  if (!from || from <= vote.from || from < cycle.importedAt || daysFrom(from, -1, timezone) >= ends) return [];
  const { _id, community } = cycle;
  const until = daysFrom(from, 1, timezone);
  return [
    { id: `head|${_id}|${from.toISOString()}`, cycle: _id, community, kind: 'head', to: 'supervisors', from, until, said: { key: 'notice.head' } },
  ];
}

/** On Monday at eight, as long as a cycle runs: the head of the community's log. One for each community and week, whichever of its cycles runs. */
export function logHeads(running: Dated, timezone: string, now: Date): Occasion[] {
  const { _id: cycle, community, importedAt } = running;
  const begins = periods(running, now)[0]?.from;
  const day = dayOf(now, timezone);
  const weekday = (new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7;
  const today = readTime(`${day}T08:00`, timezone, now);
  const monday = today && daysFrom(today, -weekday, timezone);
  const from = monday && monday > now ? daysFrom(monday, -7, timezone) : monday;
  if (!from || !importedAt || from < importedAt || !begins || from < begins) return [];
  const said = { key: 'notice.logHead' };
  const until = daysFrom(from, 7, timezone);
  return [{ id: `logHead|${community}|${from.toISOString()}`, cycle, community, kind: 'logHead', to: 'supervisors', from, until, said }];
}

/** The time and kind of the next event: a step of the calendar (its stage), the opening, a reminder, the last head of the ledger. */
export interface Moment {
  readonly at: Date;
  readonly what: string;
}

/**
 * The next moment at which we start a message; if it is in quiet hours, their end. Undefined if the calendar has no more. `others`: what is due besides, such
 * as news of works.
 */
export function nextMoment(
  cycle: Dated,
  community: Pick<CommunityRecord, 'timezone' | 'quiet'>,
  now: Date,
  others: readonly Occasion[] = [],
): Moment | undefined {
  const moments = [...occasionsOf(cycle, community.timezone, now, []), ...others].map(({ from, kind, about }) => ({
    at: quietUntil(community, from) ?? from,
    what: about ?? kind,
  }));
  return [...moments, ...lastHead(cycle, community.timezone, now)]
    .filter(({ at }) => at > now)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())[0];
}

/** The seal is there by then, where the close is in the very moment of the evening's head. */
const SEALED_MS = 60_000;

/** On the first evening after the slips are closed. */
function lastHead(cycle: Dated, timezone: string, now: Date): Moment[] {
  const close = slipsClose(cycle, now);
  if (!close) return [];
  const evenings = [`${dayOf(close, timezone)}${EVENING}`, `+1d${EVENING}`].map((evening) => readTime(evening, timezone, close));
  const at = evenings.find((evening) => evening !== undefined && evening >= close);
  return at ? [{ at: new Date(Math.max(at.getTime(), close.getTime() + SEALED_MS)), what: 'head' }] : [];
}
