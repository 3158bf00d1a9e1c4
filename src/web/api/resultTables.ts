import { stringify } from 'csv-stringify/sync';
import { type Response, Router } from 'express';
import { ballotOf, results, turnoutStep } from '../../fund/ballots/index.ts';
import { cycleForReaders, slipsClose } from '../../fund/cycles/index.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import type { ReaderLimit } from '../readerLimit.ts';

/** `/api/cycles/ID/results.csv` and `/turnout.csv`: for who opens them in a spreadsheet. Before the seal voters are told in tens, and nothing by channel. */
export function resultTables(world: World, readerLimit: ReaderLimit): Router {
  const cycleOf = async (id: string) => {
    const cycle = await cycleForReaders(world)(id);
    if (!cycle) throw new Refusal(404, 'There is no cycle with this id.');
    return cycle;
  };
  return Router()
    .get(
      '/api/cycles/:id/results.csv',
      readerLimit.handler<{ id: string }>(async ({ params: { id } }, response) => {
        const { _id, frozen, sealedAt, ...cycle } = await cycleOf(id);
        const until = slipsClose(cycle, world.now());
        if (!frozen || !sealedAt)
          throw new Refusal(409, `The result comes once the count is sealed${until ? `, after ${until.toISOString()}` : ''}.`);
        const { tallies, winners } = await results(world)(_id);
        const votes = new Map(tallies.map((tally) => [tally.number, tally.votes]));
        const rows = ballotOf(frozen).frozen.projects.map(({ number, title, cost }) => ({
          ...{ number, title, cost, votes: votes.get(number) ?? 0, won: winners.includes(number) ? winners.indexOf(number) + 1 : '' },
        }));
        sendTable(response, rows, ['number', 'title', 'cost', 'votes', 'won']);
      }),
    )
    .get(
      '/api/cycles/:id/turnout.csv',
      readerLimit.handler<{ id: string }>(async ({ params: { id } }, response) => {
        const { _id, sealedAt } = await cycleOf(id);
        const { residents, voters } = await turnoutStep(world)(_id);
        const byChannel = sealedAt ? (await results(world)(_id)).turnout.byChannel : {};
        const rows = Object.entries({ residents, voters, ...byChannel }).map(([what, count]) => ({ what, count }));
        sendTable(response, rows, ['what', 'count']);
      }),
    );
}

function sendTable(response: Response, rows: readonly object[], columns: string[]): void {
  response.type('text/csv').send(stringify([...rows], { header: true, columns, bom: true, escape_formulas: true }));
}
