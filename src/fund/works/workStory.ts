import { maskNumbers } from '../../store/text.ts';
import { type AccountEntryRecord, entriesBefore, publicAccount, type WorkSums } from '../accounts/index.ts';
import { type DocumentRead, documentsOf } from './documents.ts';
import { organisationsOf } from './implementers.ts';
import { newsOfWork, type WorkNewsRead } from './progress.ts';
import { workByNumber, worksOfCycle } from './readWorks.ts';
import type { WorkRating, WorkRecord, WorkState } from './work.ts';

/** A work as anybody may know it: which day each step was, who does it, and the papers that are for everybody. Numbers in reasons are masked. */
export interface PublishedWork {
  readonly number: number;
  readonly state: WorkState;
  readonly steps: readonly { readonly state: WorkState; readonly day: string; readonly isBack: boolean; readonly reason: string | null }[];
  /** The organisation that was chosen. */
  readonly implementer: string | null;
  /** Why it was chosen, and how many made an offer. */
  readonly chosenBecause: string | null;
  readonly offers: number;
  readonly contract: { readonly day: string; readonly until: string | null } | null;
  readonly toBeMendedBy: string | null;
  readonly news: number;
  /** How residents rate it, from five on. */
  readonly rating: WorkRating | null;
  readonly documents: readonly Pick<DocumentRead, 'id' | 'kind' | 'title' | 'type'>[];
}

/** The works of a cycle, by number. */
export async function publishedWorks(cycle: string): Promise<PublishedWork[]> {
  const works = await worksOfCycle(cycle);
  const chosen = works.flatMap((work) => work.chosen?.implementer ?? []);
  const organisations = await organisationsOf(works[0]?.community ?? '', chosen);
  return Promise.all(works.map((work) => publishedWork(work, organisations)));
}

/** A work as anybody may know it, with the names of the organisations that were chosen. */
export async function publishedWork(work: WorkRecord, organisations: ReadonlyMap<number, string>): Promise<PublishedWork> {
  const { _id, state, steps, chosen, contract, mend, offers, news, rating } = work;
  const documents = (await documentsOf(work)).filter(({ isPublic }) => isPublic);
  return {
    ...{ number: _id.number, state, news, rating: rating ?? null },
    steps: steps.map(({ state: was, day, reason, isBack = false }) => ({ state: was, day, isBack, reason: reason ? maskNumbers(reason) : null })),
    implementer: chosen ? (organisations.get(chosen.implementer) ?? null) : null,
    chosenBecause: chosen ? maskNumbers([chosen.reason, chosen.fewReason].filter(Boolean).join(' ')) : null,
    offers: offers.filter(({ amount }) => amount !== undefined).length,
    contract: contract ? { day: contract.day, until: contract.until ?? null } : null,
    toBeMendedBy: mend?.until ?? null,
    documents: documents.map(({ id, kind, title, type }) => ({ id, kind, title: maskNumbers(title), type })),
  };
}

/** A step of a work as anybody may read it. */
export interface PublicWorkStep {
  readonly state: WorkState;
  /** `2027-03-09`. */
  readonly day: string;
  /** When it was entered: its place within the day. */
  readonly at: Date;
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
  /** The newest entries of its money, the oldest of them first. */
  readonly entries: readonly PublicEntry[];
  readonly rating?: WorkRating;
  /** Who does it and why they were chosen, the contract's days, and the papers that are for everybody. */
  readonly about: Pick<PublishedWork, 'implementer' | 'chosenBecause' | 'offers' | 'contract' | 'documents'>;
}

/** An entry of an account as anybody may read it; numbers in reasons are masked. */
export type PublicEntry = Pick<AccountEntryRecord, 'day' | 'amount' | 'paper' | 'reason'> & {
  readonly kind: Exclude<AccountEntryRecord['kind'], 'extra'>;
  readonly isCorrection: boolean;
};

/** The most entries of money in a story. */
const MOST_ENTRIES = 50;
/** The most pieces of news in a story: the newest. */
const MOST_NEWS = 200;

/** The story of a work; null if there is none. */
export async function workStory(cycle: string, number: number): Promise<WorkStory | null> {
  const work = await workByNumber(cycle, number);
  if (!work) return null;
  const { community, state, steps, chosen, rating } = work;
  const [news, account, entries, organisations] = await Promise.all([
    allNews(cycle, number),
    publicAccount(cycle),
    entriesBefore(cycle, { work: number, limit: MOST_ENTRIES }),
    organisationsOf(community, chosen ? [chosen.implementer] : []),
  ]);
  const sums = account?.works.find((each) => each.work === number);
  return {
    ...{ number, state, steps: steps.map(publicStep), news, entries: entries.flatMap(publicEntry).reverse() },
    ...(sums && { sums }),
    ...(rating && { rating }),
    about: await publishedWork(work, organisations),
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
  const works = await worksOfCycle(cycle);
  return works.map(({ _id: { number }, state, steps, rating }) => ({ number, state, day: steps.at(-1)?.day ?? '', ...(rating && { rating }) }));
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

function publicStep({ state, day, at, reason, isBack }: WorkRecord['steps'][number]): PublicWorkStep {
  return { state, day, at, ...(reason !== undefined && { reason: maskNumbers(reason) }), ...(isBack && { isBack }) };
}

function publicEntry({ day, kind, amount, paper, reason, corrects }: AccountEntryRecord): PublicEntry[] {
  if (kind === 'extra') return []; // it is no work's
  return [{ day, kind, amount, isCorrection: corrects !== undefined, ...(paper && { paper }), ...(reason && { reason: maskNumbers(reason) }) }];
}

/** A step forward, which is news. `at`: when it was entered. */
export interface WorkStepNews {
  readonly number: number;
  readonly state: WorkState;
  readonly day: string;
  readonly at: Date;
}

/** The steps of works that are news: every step forward, except the result, which is reported elsewhere. */
export function workSteps(works: readonly WorkRecord[]): WorkStepNews[] {
  return works.flatMap(({ _id: { number }, steps }) =>
    steps.filter(({ state, isBack }) => state !== 'approved' && !isBack).map(({ state, day, at }) => ({ number, state, day, at })),
  );
}
