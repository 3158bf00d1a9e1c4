import type { Act } from '../../../fund/act/index.ts';
import { stageAt } from '../../../fund/cycles/index.ts';
import { draftOpinion, nearestProposals, nextProposal, readSomeProposals, suggestCategory } from '../../../fund/proposals/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { doneAt, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn, listState } from '../listState.ts';
import { address, asked, numberIn, numberOf } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { cycleOf, type proposalList, wantedIn } from './list.ts';
import { heading, ONE_ACTS, onePage } from './onePage.ts';

/** Proposals that are shown beside one. */
const MOST_NEAR = 5;

/** The page of one proposal: finds it, shows it, and leads to it and on from it. */
export function proposalPage(world: World, list: ReturnType<typeof proposalList>) {
  return { show, leadOn };

  /** One proposal as it is now, with what was tried; there is nothing where the reader sees none. */
  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const of = await cycleOf(world, visit);
    const number = numberOf(visit.request);
    const [proposal] = await visit.read(readSomeProposals, of.cycle, { numbers: [number] });
    if (!proposal) throw new Refusal(404, 'There is no such proposal.');
    const state = listState(list, visit.request);
    const [parts, near, next, cycle] = await Promise.all([
      visit.read(readSomeProposals, of.cycle, { mergedInto: number }),
      nearestProposals(world, of.cycle, number, MOST_NEAR),
      visit.read(nextProposal, of.cycle, wantedIn(state), number),
      visit.cycle(),
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
      isStale: status === 409 && tried.act === draftOpinion,
      tried,
    };
    const told = doneIn(visit, ONE_ACTS, { number: numberIn(asked(visit.request, 'of')) ?? number });
    await visit.send(
      visit.text.say('proposal.title', { number }),
      [
        doneNotice(told),
        errorSummary(visit.text, tried.mistakes ?? {}),
        heading(visit, proposal, listAddress(visit, list), around),
        onePage(visit, proposal, around),
      ],
      { status, path: address(`${visit.own}/proposals/${number}`, inList), script: 'sortKeys' },
    );
  }

  /** To the next one in the list; behind the last one to the list. */
  async function leadOn(visit: CommunityVisit, act: Act, number: number): Promise<void> {
    const of = await cycleOf(world, visit);
    const next = await visit.read(nextProposal, of.cycle, wantedIn(listState(list, visit.request)), number);
    visit.lead(
      next === undefined ? listAddress(visit, list) : doneAt(visit, `/proposals/${next}`, act, { ...keptIn(list, visit.request), of: number }),
    );
  }
}
