import { currentCycle } from '../src/fund/cycles/index.ts';
import { operator } from '../src/fund/people/index.ts';
import { hideProposal, releaseProposal, STATES_BY_HAND, setProposalState } from '../src/fund/proposals/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { BY, commandOf, does, REASON } from './support/command.ts';
import { note, printLine } from './support/print.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

type Outcome = { readonly notified: boolean } | { readonly refused: 'noProposal' | 'already' | 'merged' };

export const command = commandOf(
  'proposals',
  'Proposals of the current cycle: what became of one, and whether everybody can read it. Who made it is told.',
);

command
  .command('state')
  .description('says what became of it')
  .argument('<SLUG>')
  .argument('<N>')
  .argument('<STATE>', `one of ${STATES_BY_HAND.join(', ')}`)
  .option('--project <NUMBER>', 'the project that came of it')
  .requiredOption('--by <NAME>', BY)
  .action(
    does((community, n, word, { project: chosen, by }) => {
      const [number, actor] = [wantedNumber(n, 'N'), operator(wanted(by, '--by'))];
      const state = STATES_BY_HAND.find((state) => state === word);
      if (!state) throw new CodedError('usage', `STATE must be one of ${STATES_BY_HAND.join(', ')}.`);
      const project = chosen === undefined ? {} : { project: wantedNumber(chosen, '--project') };
      return withStore(async ({ world }) =>
        said(
          await setProposalState(
            world,
            enqueue(world),
          )({ cycle: await cycleOf(world, community, project.project), number, state, ...project, actor }),
        ),
      );
    }),
  );

for (const [verb, description, change] of [
  ['hide', 'only staff can read it', hideProposal],
  ['release', 'everybody can read it', releaseProposal],
] as const)
  command
    .command(verb)
    .description(description)
    .argument('<SLUG>')
    .argument('<N>')
    .requiredOption('--by <NAME>', BY)
    .requiredOption('--reason <TEXT>', REASON)
    .action(
      does((community, n, { by, reason: why }) => {
        const [number, actor, reason] = [wantedNumber(n, 'N'), operator(wanted(by, '--by')), wanted(why, '--reason')];
        return withStore(async ({ world }) =>
          said(await change(world, enqueue(world))({ cycle: await cycleOf(world, community), number, actor, reason })),
        );
      }),
    );

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
