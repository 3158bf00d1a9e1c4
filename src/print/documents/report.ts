import type { AccountRead } from '../../fund/accounts/index.ts';
import type { Results, turnout } from '../../fund/ballots/index.ts';
import { periods, stageAt } from '../../fund/cycles/index.ts';
import type { PublicMeeting } from '../../fund/meetings/index.ts';
import type { PublicPaper } from '../../fund/paper/index.ts';
import type { answersTo, PublicProposal } from '../../fund/proposals/index.ts';
import type { PublicWork } from '../../fund/works/index.ts';
import type { Block, Cell, Printed } from '../printed.ts';
import { type About, answeredWords, footerOf, headOf, sourceOf, unbroken } from './about.ts';
import { moneyBlocks } from './money.ts';
import { channelTable, projectTable, shareOf } from './result.ts';

/** What a year has come to so far. */
export interface Year {
  /** Absent before the vote opens. */
  readonly turnout?: Awaited<ReturnType<ReturnType<typeof turnout>>> | undefined;
  /** Absent until the vote has closed. */
  readonly results?: Results | undefined;
  readonly answers: Awaited<ReturnType<ReturnType<typeof answersTo>>>;
  /** The public proposals, newest first, with what became of each in words. */
  readonly proposals: readonly { readonly proposal: PublicProposal; readonly became: string }[];
  /** Null before the works have begun, as are works. */
  readonly account: AccountRead | null;
  readonly works: readonly PublicWork[];
  readonly meetings: readonly PublicMeeting[];
  /** Absent until the vote has closed, or if there was none on paper. */
  readonly paper: PublicPaper | undefined;
}

/** The year's report: money, dates, who took part and how, projects with their votes, proposals with what became of them. */
export function report(about: About, { turnout, results, answers, proposals, account, works, meetings, paper }: Year): Printed {
  const { cycle, now, projects, text, page } = about;
  const { say, money, date } = text;
  const stage = stageAt(cycle, now);
  const title = say('report.title');
  const [ballot, votes, accounts, taken] = ['ballot', 'results.csv', 'account.csv', 'turnout.csv'].map((name) => sourceOf(about, 'data', name));
  const sum = (amount: number, href?: string): Cell => ({ text: unbroken(money(amount, cycle.currency)), href });
  const facts: [string, Cell][] = [
    [say('report.budget'), sum(cycle.budget, cycle.frozen && ballot)],
    ...(results
      ? [
          [say('report.spent'), sum(results.spent, votes)] satisfies [string, Cell],
          [say('report.left'), sum(cycle.budget - results.spent, votes)] satisfies [string, Cell],
        ]
      : []),
    ...(account
      ? [
          [say('report.granted'), sum(account.granted, accounts)] satisfies [string, Cell],
          ...(account.extra > 0 ? [[say('report.extra'), sum(account.extra, accounts)] satisfies [string, Cell]] : []),
          ...(account.own > 0 ? [[say('report.own'), sum(account.own, accounts)] satisfies [string, Cell]] : []),
          [say('report.contracted'), sum(account.contracted, accounts)] satisfies [string, Cell],
          [say('report.paid'), sum(account.paid, accounts)] satisfies [string, Cell],
          [say(account.closed ? 'report.settled' : 'report.unpaid'), sum(account.left, accounts)] satisfies [string, Cell],
        ]
      : []),
    [say('report.now'), stage ? page.say(`stage.${stage}`) : say('report.notBegun')],
  ];
  const part: Block[] = turnout
    ? [
        { text: say('report.turnout', { residents: turnout.residents, voters: turnout.voters, share: shareOf(turnout) }), href: taken },
        ...(results ? [channelTable(about, results)] : [{ text: say('report.afterClose') }]),
      ]
    : [{ text: say('report.noVote') }];
  return {
    ...{ title, language: text.language, at: now, paper: 'A4', footer: footerOf(about, title) },
    blocks: [
      ...headOf(about, title),
      ...(about.from ? [{ text: say('report.sources', { address: unbroken(`${about.from}/c/${about.community._id}/data`) }) }] : []),
      { heading: say('report.money'), level: 2 },
      { table: { columns: [{ share: 1 }, { share: 2 }], rows: facts } },
      ...(account
        ? [
            { heading: page.say('money.title'), level: 2 as const },
            ...moneyBlocks(
              account,
              projects,
              page,
              about.from === undefined ? undefined : (number) => sourceOf(about, 'page', `works/${number}`) ?? '',
            ),
          ]
        : []),
      { heading: page.say('calendar.title'), level: 2 },
      {
        table: {
          columns: [{ share: 1 }, { share: 2 }],
          rows: periods(cycle, now).map(({ stage: each, from }) => [page.say(`stage.${each}`), date(from)]),
        },
      },
      { heading: say('report.part'), level: 2 },
      ...part,
      ...tableTable(about, paper),
      { heading: say('report.projects'), level: 2 },
      ...projectTable(about, results),
      ...workTable(about, works, account),
      ...meetingTable(about, meetings),
      { heading: page.say('proposals.title'), level: 2 },
      { text: answeredWords(answers, page) },
      ...(proposals.length < answers.proposals ? [{ text: say('report.newest', { count: proposals.length }) }] : []),
      ...proposalTable(about, proposals),
    ],
  };
}

function proposalTable(about: About, proposals: Year['proposals']): Block[] {
  if (proposals.length === 0) return [];
  const {
    text: { say },
    page,
  } = about;
  return [
    {
      table: {
        columns: [
          { head: say('board.number'), share: 1.2, bold: true },
          { head: say('report.proposal'), share: 6.5 },
          { head: say('report.became'), share: 4 },
        ],
        rows: proposals.map(({ proposal, became }) => [
          { text: String(proposal.number), href: sourceOf(about, 'page', `proposals/${proposal.number}`) },
          proposal.spoken ? page.say(`proposals.spoken.${proposal.spoken}`) : proposal.text,
          proposal.reason ? `${became}\n${proposal.reason.text}` : became,
        ]),
        size: 10,
      },
    },
  ];
}

/** What became of each winner: how far it is, its money, and how residents rate it. */
function workTable(about: About, works: Year['works'], account: Year['account']): Block[] {
  if (works.length === 0) return [];
  const {
    projects,
    cycle,
    text: { say, money },
    page,
  } = about;
  const titles = new Map(projects.map(({ number, title }) => [number, title]));
  const sums = new Map(account?.works.map((each) => [each.work, each]));
  const sum = (amount: number | undefined) => (amount === undefined ? '' : unbroken(money(amount, cycle.currency)));
  const rated = ({ rating }: PublicWork) => (rating ? say('report.rated', { mean: rating.mean, count: rating.count }) : say('report.tooFew'));
  return [
    { heading: page.say('works.title'), level: 2 },
    {
      table: {
        columns: [
          { head: say('board.number'), share: 1.2, bold: true },
          { head: say('board.what'), share: 4.6 },
          { head: say('report.how'), share: 3 },
          { head: say('report.contracted'), share: 2.2, align: 'right' },
          { head: say('report.paid'), share: 2.2, align: 'right' },
          { head: say('report.rating'), share: 2.2 },
        ],
        rows: works.map((work) => {
          const { contracted, paid } = sums.get(work.number) ?? {};
          const state = page.say(`works.state.${work.state}`);
          const number = { text: String(work.number), href: sourceOf(about, 'page', `works/${work.number}`) };
          return [number, titles.get(work.number) ?? '', state, sum(contracted), sum(paid), rated(work)];
        }),
        size: 10,
      },
    },
  ];
}

/** The council's meetings: who was there of how many, and what was decided, in numbers. */
function meetingTable(about: About, meetings: Year['meetings']): Block[] {
  if (meetings.length === 0) return [];
  const {
    text: { say, date },
    page,
  } = about;
  return [
    { heading: page.say('meetings.title'), level: 2 },
    {
      table: {
        columns: [
          { head: say('board.number'), share: 1.2, bold: true },
          { head: say('report.day'), share: 3 },
          { head: say('report.there'), share: 3 },
          { head: say('report.decided'), share: 4 },
        ],
        rows: meetings.toReversed().map(({ number, at, present, members, items }) => [
          { text: String(number), href: sourceOf(about, 'page', 'meetings') },
          date(new Date(at)),
          present === null || members === null ? '' : say('report.thereOf', { present, members }),
          say('report.decisions', {
            recommended: items.filter(({ decision }) => decision === 'recommended').length,
            not: items.filter(({ decision }) => decision === 'not').length,
          }),
        ]),
        size: 10,
      },
    },
  ];
}

/** The tables at which people voted on paper. */
function tableTable(about: About, paper: Year['paper']): Block[] {
  if (!paper || paper.tables.length === 0) return [];
  const {
    text: { say, date },
  } = about;
  return [
    { heading: say('report.tables'), level: 2 },
    {
      table: {
        columns: [
          { head: say('board.number'), share: 1.2, bold: true },
          { head: say('report.place'), share: 4 },
          { head: say('report.day'), share: 3 },
          { head: say('report.handedOut'), share: 2, align: 'right' },
          { head: say('report.marks'), share: 2, align: 'right' },
          { head: say('report.checked'), share: 3 },
        ],
        rows: paper.tables.map(({ number, place, day, handedOut, marks, datedBack, validated, incident }) => [
          ...[
            { text: String(number), href: sourceOf(about, 'data', 'paper') },
            place,
            date(day),
            handedOut === null ? '' : String(handedOut),
            String(marks),
          ],
          [incident ?? (validated ? say('report.validated') : ''), datedBack > 0 ? say('report.datedBack', { count: datedBack }) : '']
            .filter((part) => part !== '')
            .join(' · '),
        ]),
        size: 10,
      },
    },
  ];
}
