import { config } from '../src/app/config.ts';
import { ballotOf, countLedger, type Results, resultsOf } from '../src/fund/ballots/index.ts';
import type { FrozenBallot } from '../src/fund/cycles/index.ts';
import { openStore } from '../src/store/openStore.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { type Progress, progress } from './support/progress.ts';

export const command = commandOf('tally', 'The results of a cycle once its vote has closed and the ledger is sealed (10 s later); exit 1 before.')
  .argument('<ID>', 'the cycle')
  .option('--json', JSON_HELP)
  .action(
    does(async (id, { json }) => {
      const store = await openStore(config());
      let bar: Progress | undefined;
      try {
        const count = await countLedger(store.world, id, (of) => {
          bar ??= progress('entries', of);
          bar.increment();
        });
        bar?.stop();
        const { results } = resultsOf(count);
        process.stdout.write(json ? `${JSON.stringify(results)}\n` : printResults(results, ballotOf(count.cycle.frozen).frozen));
      } finally {
        bar?.stop();
        await store.close();
      }
    }),
  );

function printResults({ cycle, rule, turnout, tallies, winners, spent, head }: Results, { title, budget, currency, projects }: FrozenBallot): string {
  const chosen = tallies
    .toSorted((one, other) => other.votes - one.votes)
    .map(({ number, votes }) => {
      const project = projects.find((candidate) => candidate.number === number);
      return `${winners.includes(number) ? '*' : ' '} ${String(votes).padStart(6)}  ${number} ${project?.title ?? ''} (${project?.cost ?? ''})`;
    });
  const channels = Object.entries(turnout.byChannel).map(([channel, count]) => `${channel} ${count}`);
  return [
    `${cycle}  ${title}`,
    `${turnout.voters} of ${turnout.residents} voted (${channels.join(', ') || 'nobody'})`,
    ...chosen,
    `* wins by ${rule}: ${spent} of ${budget} ${currency}`,
    `seal ${head}`,
    '',
  ].join('\n');
}
