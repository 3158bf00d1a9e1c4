import { currentCycle } from '../src/fund/cycles/index.ts';
import { operator } from '../src/fund/people/index.ts';
import { hideProposal, releaseProposal, STATES_BY_HAND, setProposalState } from '../src/fund/proposals/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { command } from './support/command.ts';
import { note, printLine } from './support/print.ts';
import { verbOf } from './support/verbOf.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const USAGE = `npm run proposals -- state SLUG N STATE [--project NUMBER] --by NAME
npm run proposals -- hide SLUG N --by NAME --reason TEXT
npm run proposals -- release SLUG N --by NAME --reason TEXT
What became of proposal N of the current cycle (${STATES_BY_HAND.join(', ')}), and whether everybody can read it. Who made it is told.
Exit 0 done, 1 the answer is no, 2 wrong use.`;

type Outcome = { readonly notified: boolean } | { readonly refused: 'noProposal' | 'already' | 'merged' };

await command(USAGE, async () => {
  const { verb, words, values } = verbOf(
    { state: [3, 'project', 'by'], hide: [2, 'by', 'reason'], release: [2, 'by', 'reason'] },
    { project: { type: 'string' }, by: { type: 'string' }, reason: { type: 'string' } },
  );
  const [slug, n, word] = words;
  const [community, number, actor] = [wanted(slug, 'SLUG'), wantedNumber(n, 'N'), operator(wanted(values.by, '--by'))];
  if (verb === 'state') {
    const state = STATES_BY_HAND.find((state) => state === word);
    if (!state) throw new CodedError('usage', `STATE must be one of ${STATES_BY_HAND.join(', ')}.`);
    const project = values.project === undefined ? {} : { project: wantedNumber(values.project, '--project') };
    return withStore(async ({ world }) =>
      said(
        await setProposalState(world, enqueue(world))({ cycle: await cycleOf(world, community, project.project), number, state, ...project, actor }),
      ),
    );
  }
  const reason = wanted(values.reason, '--reason');
  const change = verb === 'hide' ? hideProposal : releaseProposal;
  return withStore(async ({ world }) => said(await change(world, enqueue(world))({ cycle: await cycleOf(world, community), number, actor, reason })));
});

async function cycleOf(world: World, slug: string, project?: number): Promise<string> {
  await wantedCommunity(slug);
  const cycle = await currentCycle(world)(slug, world.now());
  if (!cycle) throw new CodedError('no-cycle', `${slug} has no cycle that has begun.`);
  if (project !== undefined && !cycle.projects.some(({ number }) => number === project))
    throw new CodedError('no-project', `There is no project ${project}.`);
  return cycle._id;
}

function said(outcome: Outcome): number {
  if ('refused' in outcome) {
    note(
      {
        noProposal: 'There is no such proposal in the current cycle.',
        already: 'It is so already.',
        merged: 'It is part of another proposal. Take it apart from that one in the console first.',
      }[outcome.refused],
    );
    return 1;
  }
  printLine(outcome.notified ? 'Done, and who made it is told.' : 'Done; nobody is told.');
  return 0;
}
