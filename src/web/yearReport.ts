import { publicAccount } from '../fund/accounts/index.ts';
import { results, turnout } from '../fund/ballots/index.ts';
import { publicMeetings } from '../fund/meetings/index.ts';
import { publicPaper } from '../fund/paper/index.ts';
import { answersTo, type PublicProposal, publicProposals } from '../fund/proposals/index.ts';
import { publicWorks } from '../fund/works/index.ts';
import { type About, type Printed, report } from '../print/index.ts';
import type { World } from '../store/world.ts';
import { stateOf } from './public/proposalList.ts';

/** The most proposals in a report. */
const MOST_PROPOSALS = 1_000;

/** The year's report of a cycle: only what everybody may read at this moment. */
export async function yearReport(world: World, about: About): Promise<Printed> {
  const { cycle } = about;
  const isSealed = cycle.sealedAt !== undefined;
  const [answers, proposals, taken, counted, account, works, meetings, paper] = await Promise.all([
    answersTo(world)(cycle._id),
    allProposals(world, cycle._id),
    cycle.frozen ? turnout(world)(cycle._id) : undefined,
    isSealed ? results(world)(cycle._id) : undefined,
    isSealed ? publicAccount(cycle._id) : null,
    isSealed ? publicWorks(cycle._id) : [],
    publicMeetings(world, cycle.community, cycle._id),
    isSealed ? publicPaper(cycle._id) : undefined,
  ]);
  const told = proposals.map((proposal) => ({ proposal, became: stateOf(proposal, about.page) }));
  return report(about, { answers, proposals: told, turnout: taken, results: counted, account, works, meetings, paper });
}

async function allProposals(world: World, cycle: string): Promise<PublicProposal[]> {
  const all: PublicProposal[] = [];
  for (;;) {
    const some = await publicProposals(world, cycle, all.at(-1)?.number);
    all.push(...some);
    if (some.length === 0 || all.length >= MOST_PROPOSALS) return all.slice(0, MOST_PROPOSALS);
  }
}
