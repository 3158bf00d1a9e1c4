import type { Results } from '../../fund/ballots/index.ts';
import { entriesIn } from '../../store/names.ts';
import type { Block, Printed } from '../printed.ts';
import { type About, footerOf, headOf, sourceOf, unbroken } from './about.ts';

interface Released {
  readonly results: Results;
  readonly by: readonly string[];
  /** Where everybody can count again. */
  readonly address?: string | undefined;
}

/** The result for the notice board: who took part, each project with its votes, the money, the rule with its lot, how to count again, and who released it. */
export function result(about: About, { results, by, address }: Released): Printed {
  const { cycle, now, text, page } = about;
  const { say, money } = text;
  const title = page.say('results.title');
  const sum = (amount: number) => unbroken(money(amount, cycle.currency));
  const { residents, voters } = results.turnout;
  return {
    ...{ title, language: text.language, at: now, paper: 'A4', footer: footerOf(about, title) },
    blocks: [
      ...headOf(about, title),
      { text: say('report.turnout', { residents, voters, share: shareOf({ residents, voters }) }), size: 12, bold: true },
      { space: 3 },
      ...projectTable(about, results),
      { space: 3 },
      { text: say('result.money', { budget: sum(cycle.budget), spent: sum(results.spent), left: sum(cycle.budget - results.spent) }), size: 12 },
      { space: 3 },
      channelTable(about, results),
      { space: 3 },
      { heading: page.say('results.rule'), level: 3 },
      { text: ruleOf(about, results) },
      ...(address
        ? [
            { space: 2 },
            {
              beside: [
                { share: 5, blocks: [{ text: say('result.recount', { address: unbroken(address) }), size: 12, bold: true as const }] },
                { share: 1, blocks: [{ qr: `${address}#recount`, side: 26, align: 'right' as const }] },
              ],
              middle: true as const,
            },
          ]
        : []),
      { text: say('result.seal', { head: results.head.replaceAll(/(.{8})(?=.)/g, '$1 ') }) },
      { text: say('result.released', { names: by.join(say('result.between')) }) },
      { space: 8 },
      { lines: [say('board.seal'), say('board.day')] },
    ],
  };
}

/** By which rule it was chosen, in whole sentences; a lot, if one was drawn for equals. */
function ruleOf({ cycle: { rule, threshold }, page: { say } }: About, { lot }: Results): string {
  const parts = [say(`rule.${rule}`), ...(threshold > 0 ? [say('rule.threshold', { votes: threshold })] : [])];
  return [...parts, ...(lot.length > 0 ? [say('rule.lot', { lot: lot.join(say('rule.between')) })] : [])].join('');
}

/** How many took part over which channel. */
export function channelTable(about: About, results: Results): Block {
  const { page } = about;
  const href = sourceOf(about, 'data', 'turnout.csv');
  return {
    table: {
      columns: [
        { head: page.say('results.byChannel'), share: 3 },
        { head: page.say('results.votes'), share: 1, align: 'right' },
      ],
      rows: entriesIn(results.turnout.byChannel).map(([channel, count]) => [page.say(`results.channel.${channel}`), { text: String(count), href }]),
    },
  };
}

export function shareOf({ voters, residents }: { readonly voters: number; readonly residents: number }): string {
  return `${residents === 0 ? 0 : Math.round((voters / residents) * 1_000) / 10}%`;
}

/** The projects with their costs; once there is a result, with their votes and whether they won. */
export function projectTable(about: About, results: Results | undefined): Block[] {
  const {
    cycle,
    projects,
    text: { say, money },
    page,
  } = about;
  const href = sourceOf(about, 'data', 'results.csv');
  if (projects.length === 0) return [{ text: page.say('projects.none') }];
  const votes = new Map(results?.tallies.map(({ number, votes: count }) => [number, count]));
  return [
    {
      table: {
        columns: [
          { head: say('board.number'), share: 1.6, bold: true },
          { head: say('board.what'), share: 6 },
          { head: say('board.cost'), share: 2.2, align: 'right' },
          ...(results
            ? [
                { head: page.say('results.votes'), share: 1.4, align: 'right' as const },
                { head: page.say('results.outcome'), share: 1.8 },
              ]
            : []),
        ],
        rows: projects.map(({ number, title, cost }) => [
          ...[String(number), title, unbroken(money(cost, cycle.currency))],
          ...(results
            ? [{ text: String(votes.get(number) ?? 0), href }, page.say(results.winners.includes(number) ? 'results.won' : 'results.lost')]
            : []),
        ]),
      },
    },
  ];
}
