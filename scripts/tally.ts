import { parseArgs } from 'node:util';
import { config } from '../src/app/config.ts';
import { ballotOf, countLedger, type Results, resultsOf } from '../src/fund/ballots/index.ts';
import type { FrozenBallot } from '../src/fund/cycles/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore } from '../src/store/openStore.ts';
import { command } from './support/command.ts';
import { type Progress, progress } from './support/progress.ts';

const USAGE = `npm run tally -- ID [--json]
The results of a cycle once its vote has closed and the ledger is sealed (10 s later); exit 1 before.`;

await command(USAGE, async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
  const [id, ...rest] = positionals;
  if (!id || rest.length > 0) throw new CodedError('usage', 'Name one cycle.');
  const store = await openStore(config());
  let bar: Progress | undefined;
  try {
    const count = await countLedger(store.world, id, (of) => {
      bar ??= progress('entries', of);
      bar.increment();
    });
    bar?.stop();
    const { results } = resultsOf(count);
    process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : told(results, ballotOf(count.cycle.frozen).frozen));
  } finally {
    bar?.stop();
    await store.close();
  }
});

function told({ cycle, rule, turnout, tallies, winners, spent, head }: Results, { title, budget, currency, projects }: FrozenBallot): string {
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
