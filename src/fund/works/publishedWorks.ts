import { maskNumbers } from '../../store/text.ts';
import { type DocumentRead, documentsOf } from './documents.ts';
import { organisationsOf } from './implementers.ts';
import { worksOfCycle } from './readWorks.ts';
import type { WorkState } from './steps.ts';
import type { WorkRating, WorkRecord } from './work.ts';

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
