import { maskNumbers } from '../../store/text.ts';
import { publicAccount, type WorkSums } from '../accounts/index.ts';
import { newsOfWork, type WorkNewsRead } from './progress.ts';
import { ratingsOf, type WorkRating } from './ratings.ts';
import { workByNumber, worksOfCycle } from './readWorks.ts';
import type { WorkState } from './steps.ts';
import type { WorkRecord } from './work.ts';

/** A step of a work as anybody may read it. */
export interface PublicWorkStep {
  readonly state: WorkState;
  /** `2027-03-09`. */
  readonly day: string;
  /** Why it went back, or what is to be mended; numbers of phones and the like are masked. */
  readonly reason?: string;
  readonly isBack?: true;
}

/** What became of a winner of the vote, as anybody may read it. No person is named. */
export interface WorkStory {
  readonly number: number;
  readonly state: WorkState;
  readonly steps: readonly PublicWorkStep[];
  /** In the order of time. */
  readonly news: readonly Omit<WorkNewsRead, 'by'>[];
  readonly sums?: WorkSums;
  readonly rating?: WorkRating;
}

/** The most pieces of news in a story: the newest. */
const MOST_NEWS = 200;

/** The story of a work; null if there is none. */
export async function workStory(cycle: string, number: number): Promise<WorkStory | null> {
  const [work, news, account, ratings] = await Promise.all([
    workByNumber(cycle, number),
    allNews(cycle, number),
    publicAccount(cycle),
    ratingsOf(cycle),
  ]);
  if (!work) return null;
  const sums = account?.works.find((each) => each.work === number);
  const rating = ratings.get(number);
  return {
    ...{ number, state: work.state, steps: work.steps.map(publicStep), news },
    ...(sums && { sums }),
    ...(rating && { rating }),
  };
}

/** A work in a list: how far it is, since which day, and how it is rated. */
export interface PublicWork {
  readonly number: number;
  readonly state: WorkState;
  readonly day: string;
  readonly rating?: WorkRating;
}

/** The works of a cycle by number; none before its result. */
export async function publicWorks(cycle: string): Promise<PublicWork[]> {
  const [works, ratings] = await Promise.all([worksOfCycle(cycle), ratingsOf(cycle)]);
  return works.map(({ _id: { number }, state, steps }) => {
    const rating = ratings.get(number);
    return { number, state, day: steps.at(-1)?.day ?? '', ...(rating && { rating }) };
  });
}

async function allNews(cycle: string, number: number): Promise<Omit<WorkNewsRead, 'by'>[]> {
  const all: WorkNewsRead[] = [];
  for (;;) {
    const some = await newsOfWork(cycle, number, all.at(-1)?.news);
    all.push(...some);
    if (some.length === 0 || all.length >= MOST_NEWS) break;
  }
  return all
    .slice(0, MOST_NEWS)
    .map(({ by: _, text, ...news }) => ({ ...news, text: maskNumbers(text) }))
    .toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.news - other.news);
}

function publicStep({ state, day, reason, isBack }: WorkRecord['steps'][number]): PublicWorkStep {
  return { state, day, ...(reason !== undefined && { reason: maskNumbers(reason) }), ...(isBack && { isBack }) };
}

/** A step that is news: a work came further, on its day. `at`: when it was entered. */
export interface WorkStepNews {
  readonly number: number;
  readonly state: WorkState;
  readonly day: string;
  readonly at: Date;
}

/** The steps of works that are news: each that leads on, but the result, which is news of its own. */
export function workSteps(works: readonly WorkRecord[]): WorkStepNews[] {
  return works.flatMap(({ _id: { number }, steps }) =>
    steps.filter(({ state, isBack }) => state !== 'approved' && !isBack).map(({ state, day, at }) => ({ number, state, day, at })),
  );
}
