import type { CycleRecord } from '../../fund/cycles/index.ts';
import { ballotItem } from '../../fund/projects/index.ts';
import { isAccepted, type WorkRecord } from '../../fund/works/index.ts';
import { daysFrom, readTime } from '../../store/wallTime.ts';
import type { Occasion } from './occasions.ts';

type Asked = Pick<CycleRecord, '_id' | 'community' | 'projects'>;

/** Nobody is asked about more works in a week. */
const WORKS_A_WEEK = 2;
/** A question that could not be sent in so many days is not sent any more; with a week added, so far apart are a question and the one two before. */
const SENT_WITHIN_DAYS = 2;
const APART_DAYS = 7 + SENT_WITHIN_DAYS;
const MORNING = '+1dT09:00';

/**
 * The questions to all residents what they think of works that were accepted: one of each work for good, on the morning after it was accepted,
 * or later, so that no week has more than two. While a vote of the community is open (`votes`) nobody is asked: a number in answer would be a pick.
 */
export function ratingAsks(
  { _id: cycle, community, projects }: Asked,
  works: readonly WorkRecord[],
  timezone: string,
  votes: readonly { readonly from: Date; readonly to: Date }[],
): Occasion[] {
  const begins: Date[] = [];
  return inOrderOfAcceptance(works).flatMap(({ work, at }, index) => {
    const begin = latest([morningAfter(at, timezone), ...apart(begins[index - WORKS_A_WEEK], timezone)]);
    const vote = votes.find(({ from, to }) => from <= daysFrom(begin, SENT_WITHIN_DAYS, timezone) && begin < to);
    const from = vote ? morningAfter(vote.to, timezone) : begin;
    begins.push(from);
    const project = projects.find(({ number }) => number === work._id.number);
    if (!project || !isAccepted(work)) return [];
    const { number, label: title } = ballotItem(project);
    const until = daysFrom(from, SENT_WITHIN_DAYS, timezone);
    const said = { key: 'notice.rate', params: { number, title } };
    return [{ id: `rate|${cycle}|${number}`, cycle, community, kind: 'rate', to: 'everybody', from, until, said }];
  });
}

/** A work that went back and was accepted again has two places: it is asked about at the first one at which it is accepted. */
function inOrderOfAcceptance(works: readonly WorkRecord[]): { readonly work: WorkRecord; readonly at: Date }[] {
  return works
    .flatMap((work) => work.steps.filter(({ state, isBack }) => state === 'accepted' && !isBack).map(({ at }) => ({ work, at })))
    .toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.work._id.number - other.work._id.number);
}

function morningAfter(at: Date, timezone: string): Date {
  return readTime(MORNING, timezone, at) ?? at;
}

function apart(before: Date | undefined, timezone: string): Date[] {
  return before ? [daysFrom(before, APART_DAYS, timezone)] : [];
}

function latest(moments: readonly Date[]): Date {
  return new Date(Math.max(...moments.map((moment) => moment.getTime())));
}
