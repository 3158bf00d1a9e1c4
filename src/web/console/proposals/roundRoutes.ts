import { Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import { giveOpinions, readProposals } from '../../../fund/proposals/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import type { Mistakes } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn, listState, stringsIn } from '../listState.ts';
import { address, numberIn } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleOf, type ProposalList, wantedIn } from './list.ts';
import { MOST_GIVEN, roundPage } from './roundPage.ts';

/** Giving a round of opinions. */
export function roundRoutes(world: World, { ofCommunity }: Visits, list: ProposalList): Router {
  const give = giveOpinions(world, enqueue(world));
  const readMany = readProposals(world);
  const path = '/console/:slug/proposals';

  return Router()
    .get(
      `${path}/round`,
      ofCommunity((visit) => showRound(visit, {}, 200)),
    )
    .post(
      `${path}/round`,
      ofCommunity(async (visit) => {
        const { cycle } = await cycleOf(world, visit);
        const actor = visit.doer('giveOpinions');
        const seen = new Map(stringsIn(visit.request.body, 'give').flatMap((value) => draftIn(value)));
        if (seen.size === 0 && visit.may('giveOpinions')) return showRound(visit, { form: visit.text.say('list.noneTicked') }, 422);
        const outcome = await give({ cycle, numbers: [...seen.keys()].slice(0, MOST_GIVEN), seen, actor });
        if ('given' in outcome) return visit.lead(listAddress(visit, list, { done: 'given', number: outcome.given.length }));
        await showRound(visit, { form: visit.text.say('proposal.roundStale') }, 409);
      }),
    );

  async function showRound(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    if (!visit.may('giveOpinions')) throw new Refusal(403, 'You may not give opinions.');
    const of = await cycleOf(world, visit);
    const wanted = { ...wantedIn(listState(list, visit.request)), view: 'drafted' as const, state: undefined, after: undefined, limit: 500 };
    const { proposals } = await readMany(of, wanted, visit.reader('proposals'));
    const cycle = await currentCycleForReaders(world)(of.community, visit.now);
    const inList = keptIn(list, visit.request);
    const content = roundPage(visit, proposals, inList, cycle?.currency ?? 'CNY', mistakes);
    await visit.send(visit.text.say('proposal.round'), content, { status, path: address(`${visit.own}/proposals/round`, inList) });
  }
}

/** A box of a round: the proposal, and when its draft was written. */
function draftIn(value: string): [number, number][] {
  const [number, at] = value.split(':');
  const found = numberIn(number);
  return found !== undefined && at !== undefined && /^\d{1,15}$/.test(at) ? [[found, Number(at)]] : [];
}
