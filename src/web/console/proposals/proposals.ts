import type { Router } from 'express';
import type { Act } from '../../../fund/act/index.ts';
import { draftOpinion, keepApart, mergeProposals, sortProposal, sortProposals } from '../../../fund/proposals/index.ts';
import type { World } from '../../../store/world.ts';
import { routes } from '../../routes.ts';
import { actRoutes, doneAt } from '../actForm.ts';
import { chosenIn, listAddress, listRoutes, showList } from '../list.ts';
import { keptIn } from '../listState.ts';
import { numberIn, numberOf } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { placeList } from './byPlace.ts';
import { cycleOf, proposalList } from './list.ts';
import { newRoutes } from './newRoutes.ts';
import { ONE_ACTS } from './onePage.ts';
import { roundRoutes } from './opinions.ts';
import { proposalPage } from './proposalPage.ts';

/** Proposals, from what came in to what is answered: the list, new ones, one of them, and a round of opinions. */
export function proposalPages(world: World, known: Visits): Router {
  const list = proposalList(world);
  const page = proposalPage(world, list);
  const at = async (visit: CommunityVisit) => ({ cycle: (await cycleOf(world, visit)).cycle });
  return routes()
    .use(
      listRoutes(known, list),
      listRoutes(known, placeList()),
      newRoutes(world, known),
      roundRoutes(world, known, list),
      actRoutes(known, [sortProposals], {
        at,
        gives: async (visit) => {
          const chosen = await chosenIn(visit, list);
          return { numbers: 'keys' in chosen ? chosen.keys.flatMap((key) => numberIn(key) ?? []) : chosen };
        },
        show: (visit, tried, status) => showList(visit, list, tried.mistakes, status, tried),
        onward: (visit, { name }, { sorted }: { sorted?: readonly number[] }) =>
          visit.lead(listAddress(visit, list, { tick: undefined, all: undefined, done: name, number: sorted?.length || undefined })),
      }),
      actRoutes(known, ONE_ACTS, { at, show: page.show, onward }),
    )
    .page('/console/:slug/proposals/:number', known.ofCommunity, (visit) => page.show(visit, {}, 200));

  async function onward(visit: CommunityVisit, act: Act, { into, other }: { into?: number; other?: number }): Promise<void> {
    const number = numberOf(visit.request);
    if (act === sortProposal || act === draftOpinion) return page.leadOn(visit, act, number);
    const [shown, of] = act === mergeProposals ? [into ?? number, number] : [number, act === keepApart ? other : number];
    visit.lead(doneAt(visit, `/proposals/${shown}`, act, { ...keptIn(list, visit.request), of }));
  }
}
