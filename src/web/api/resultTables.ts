import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';
import { ballotOf, results, turnoutStep } from '../../fund/ballots/index.ts';
import { slipsClose } from '../../fund/cycles/index.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import type { ReaderLimit } from '../readerLimit.ts';
import { cycleById } from './cycleById.ts';
import { type Declared, declared } from './declared.ts';

/** `/api/cycles/ID/results.csv` and `/turnout.csv`: for who opens them in a spreadsheet. Before the seal voters are told in tens, and nothing by channel. */
export function resultTables(world: World, paced: ReaderLimit): Declared[] {
  return [
    declared({
      path: '/api/cycles/{id}/results.csv',
      says: 'The result for a spreadsheet: number, title, titleEn, the name in English or nothing, cost, votes, and won, the place among the winners or nothing.',
      query: {},
      gives: { type: 'text/csv' },
      refuses: { 404: 'There is no cycle with this id.', 409: 'The count is not sealed yet.' },
      paced,
      answer: async ({ id }, response) => {
        const { _id, frozen, sealedAt, ...cycle } = await cycleById(world, id);
        const until = slipsClose(cycle, world.now());
        if (!frozen || !sealedAt)
          throw new Refusal(409, `The result comes once the count is sealed${until ? `, after ${until.toISOString()}` : ''}.`);
        const { tallies, winners } = await results(world, _id);
        const votes = new Map(tallies.map((tally) => [tally.number, tally.votes]));
        const rows = ballotOf(frozen).frozen.projects.map(({ number, title, titles, cost }) => ({
          ...{
            number,
            title,
            titleEn: titles?.en ?? '',
            cost,
            votes: votes.get(number) ?? 0,
            won: winners.includes(number) ? winners.indexOf(number) + 1 : '',
          },
        }));
        sendTable(response, rows, ['number', 'title', 'titleEn', 'cost', 'votes', 'won']);
      },
    }),
    declared({
      path: '/api/cycles/{id}/turnout.csv',
      says: 'How many took part, for a spreadsheet: residents, voters (before the seal in tens), and each channel after it.',
      query: {},
      gives: { type: 'text/csv' },
      refuses: { 404: 'There is no cycle with this id.' },
      paced,
      answer: async ({ id }, response) => {
        const { _id, sealedAt } = await cycleById(world, id);
        const { residents, voters } = await turnoutStep(world, _id);
        const byChannel = sealedAt ? (await results(world, _id)).turnout.byChannel : {};
        const rows = Object.entries({ residents, voters, ...byChannel }).map(([what, count]) => ({ what, count }));
        sendTable(response, rows, ['what', 'count']);
      },
    }),
  ];
}

function sendTable(response: Response, rows: readonly object[], columns: string[]): void {
  response.type('text/csv').send(stringify([...rows], { header: true, columns, bom: true, escape_formulas: true }));
}
