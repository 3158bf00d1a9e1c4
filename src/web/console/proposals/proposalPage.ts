import { currentCycleForReaders, stageAt } from '../../../fund/cycles/index.ts';
import {
  nearestProposals,
  nextProposal,
  readSomeProposals,
  type StaffProposal,
  suggestCategory,
  type WhichCycle,
} from '../../../fund/proposals/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { doneNotice, errorSummary, type Mistakes, type Tried } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn, listState } from '../listState.ts';
import { address, asked, numberIn, numberOf, oneOf } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { cycleOf, type proposalList, wantedIn } from './list.ts';
import { heading, NOTHING, onePage, type Typed } from './onePage.ts';

/** Proposals that are shown beside one. */
const MOST_NEAR = 5;
const DONE = ['', 'leaveOff', 'sorted', 'drafted', 'apart', 'distinct', 'back', 'mergedInto', 'hide', 'release'] as const;

export type ProposalPage = ReturnType<typeof proposalPage>;

/** The page of one proposal: finds it, shows it, and leads to it and on from it. */
export function proposalPage(world: World, list: ReturnType<typeof proposalList>) {
  const readSome = readSomeProposals(world);
  const nextOf = nextProposal(world);
  const nearest = nearestProposals(world);
  return { wantedOne, show, one, leadOn };

  /** The proposal of the address; there is nothing where the reader sees none. */
  async function wantedOne(visit: CommunityVisit): Promise<{ of: WhichCycle; number: number; proposal: StaffProposal }> {
    const of = await cycleOf(world, visit);
    const number = numberOf(visit.request);
    const [proposal] = await readSome(of, { numbers: [number] }, visit.reader('proposals'));
    if (!proposal) throw new Refusal(404, 'There is no such proposal.');
    return { of, number, proposal };
  }

  /** One proposal as it is now, with what was typed before. */
  async function show(
    visit: CommunityVisit,
    {
      given = NOTHING,
      mistakes = {},
      status = 200,
      isStale = false,
      tried = {},
    }: { given?: Typed; mistakes?: Mistakes; status?: number; isStale?: boolean; tried?: Tried } = {},
  ): Promise<void> {
    const { of, number, proposal } = await wantedOne(visit);
    const reader = visit.reader('proposals');
    const state = listState(list, visit.request);
    const [parts, near, next, cycle] = await Promise.all([
      readSome(of, { mergedInto: number }, reader),
      nearest(of.cycle, number, MOST_NEAR),
      nextOf(of, wantedIn(state), number, reader),
      currentCycleForReaders(world)(of.community, visit.now),
    ]);
    const inList = keptIn(list, visit.request);
    const isSorting = state.filter.view === 'unsorted' && status === 200;
    const { category, text } = proposal;
    const suggested = category === undefined ? suggestCategory(text, visit.community.categories ?? [], near) : undefined;
    const around = {
      inList,
      parts,
      near,
      suggested,
      next,
      cycle: of.cycle,
      currency: cycle?.currency ?? 'CNY',
      isFrozen: cycle?.frozen !== undefined,
      isToPublish: cycle !== null && stageAt(cycle, visit.now) === 'publish',
      isSorting,
      isStale,
      tried,
    };
    const done = oneOf(visit.request, 'done', DONE);
    const told = done ? visit.text.say(`proposal.became.${done}`, { number: numberIn(asked(visit.request, 'of')) ?? number }) : undefined;
    await visit.send(
      visit.text.say('proposal.title', { number }),
      [
        doneNotice(told),
        errorSummary(visit.text, { ...mistakes, ...tried.mistakes }),
        heading(visit, proposal, listAddress(visit, list), around),
        onePage(visit, proposal, around, given, mistakes),
      ],
      { status, path: address(`${visit.own}/proposals/${number}`, inList), script: 'sortKeys' },
    );
  }

  /** The address of a proposal, which tells what was done with which one. */
  function one(visit: CommunityVisit, number: number, done: Exclude<(typeof DONE)[number], ''>, which: number | undefined): string {
    return address(`${visit.own}/proposals/${number}`, { ...keptIn(list, visit.request), done, of: which });
  }

  /** To the next one in the list; behind the last one to the list. */
  async function leadOn(visit: CommunityVisit, of: WhichCycle, number: number, done: 'sorted' | 'drafted'): Promise<void> {
    const next = await nextOf(of, wantedIn(listState(list, visit.request)), number, visit.reader('proposals'));
    visit.lead(next === undefined ? listAddress(visit, list) : one(visit, next, done, number));
  }
}
