import { isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import { type CycleRecord, stageAt, voteOf } from '../../fund/cycles/index.ts';
import type { Block, Picture, Printed, PrintedTable } from '../printed.ts';
import { type About, unbroken } from './about.ts';

export type PosterKind = 'vote' | 'propose' | 'follow';

/** What a poster is for: to vote once the projects are set, before that to propose. */
export function posterKind(cycle: CycleRecord | null, now: Date): PosterKind {
  const stage = cycle ? stageAt(cycle, now) : undefined;
  if (cycle && (stage === 'vote' || stage === 'publish') && voteOf(cycle, now) && cycle.projects.length > 0) return 'vote';
  return stage === 'announce' || stage === 'propose' || stage === 'deliberate' ? 'propose' : 'follow';
}

/** Places to be filled in, as no number may be an example on a sheet that hangs for weeks. */
export function boxes({ choices }: Pick<CycleRecord, 'choices'>): string {
  return ' □'.repeat(Math.min(choices.max, MOST_BOXES));
}
const MOST_BOXES = 5;

/** More projects than this stand in two columns. */
const ONE_COLUMN = 8;

export interface PosterWays {
  /** The community's public page, if others can open it. */
  readonly address?: string | undefined;
  /** The code that leads to the chat, a square picture (PNG). */
  readonly chatCode?: Uint8Array | undefined;
  /** Pictures of the projects (JPEG) by number; empty, or every project has one. */
  readonly pictures: ReadonlyMap<number, Pick<Picture, 'picture' | 'pixels'>>;
  /** One can vote on paper, too. */
  readonly takesSlips: boolean;
}

/** A poster (A3): how to vote by text, call and chat, and all projects with their numbers and costs; before the projects are set, how to propose. */
export function poster(about: About, { address, chatCode, pictures, takesSlips }: PosterWays): Printed {
  const { community, cycle, now, page, text } = about;
  const { say, phone, time, money } = page;
  const kind = posterKind(cycle, now);
  const vote = kind === 'vote' ? voteOf(cycle, now) : undefined;
  const dates = vote && { from: unbroken(time(vote.from, 'from')), to: unbroken(time(vote.to, 'until')) };
  const needsCard = community.verify === 'card' || community.verify === 'strict';
  const number: Block[] = [
    { text: say(isTextedElsewhere(community) ? 'poster.textNumber' : 'poster.number'), size: 22 },
    { text: unbroken(phone(numberToText(community))), size: 58, bold: true },
    { text: `${say('take.sms')}  ${unbroken(say(`poster.${kind}Write`, { boxes: boxes(cycle) }))}`, size: 26, bold: true },
    { text: say(`poster.${kind}More`), size: 17 },
    ...(kind === 'vote' ? [{ text: needsCard ? text.say('poster.card') : say('take.voteOther'), size: 17 }] : []),
    {
      text: `${say('take.call')}  ${isTextedElsewhere(community) ? `${unbroken(phone(community.phone))}  ` : ''}${say(`take.${kind}Call`)}`,
      size: 20,
      bold: true,
    },
    ...(community.callback ? [{ text: say('take.free', { number: unbroken(phone(community.callback)) }), size: 17 }] : []),
    ...(kind === 'vote' && takesSlips
      ? [
          { text: text.say('poster.slip'), size: 20, bold: true as const },
          { text: text.say('poster.slipWhere'), size: 17 },
        ]
      : []),
  ];
  const code: Block[] = chatCode
    ? [
        { picture: chatCode, pixels: { width: 1, height: 1 }, height: 68, align: 'center' },
        { text: say(`poster.${kind}Scan`), size: 15, bold: true, align: 'center' },
      ]
    : [];
  return {
    ...{ title: `${say('poster.title')} · ${community.name}`, language: text.language, at: now, paper: 'A3', margin: 18, onePage: true },
    blocks: [
      { text: `${community.name} · ${cycle.title}`, size: 20 },
      { text: say(`poster.${kind}`), size: 58, bold: true },
      ...(dates ? [{ text: say('poster.when', dates), size: 26, bold: true as const }] : []),
      ...(vote ? [{ text: say('poster.choose', { money: money(cycle.budget, cycle.currency), max: cycle.choices.max }), size: 22 }] : []),
      { space: 4 },
      { box: [{ beside: [{ share: 2.6, blocks: number }, ...(code.length > 0 ? [{ share: 1, blocks: code }] : [])], middle: true }] },
      { space: 5 },
      ...(kind === 'vote' ? projectList(about, pictures) : []),
      { space: 4 },
      {
        beside: [
          {
            share: 5,
            blocks: [
              { text: `${say('take.person')}${community.person.name} ${unbroken(phone(community.person.phone))}`, size: 20, bold: true },
              ...(address ? [{ text: `${say('poster.address')}${address.replace(/^https?:\/\//, '')}`, size: 15 }] : []),
            ],
          },
          ...(address ? [{ share: 1, blocks: [{ qr: address, side: 36, align: 'right' as const }] }] : []),
        ],
        middle: true,
      },
    ],
  };
}

function projectList(about: About, pictures: PosterWays['pictures']): Block[] {
  const {
    cycle,
    projects,
    page: { say, money },
  } = about;
  const rows = projects.map(({ number, title, place, cost }) => [
    String(number),
    { text: title, note: place },
    unbroken(money(cost, cycle.currency)),
  ]);
  const half = Math.ceil(rows.length / 2);
  const table = (some: PrintedTable['rows'], size: number): { readonly table: PrintedTable } => ({
    table: {
      columns: [
        { share: 1.2, size: size * 1.7, bold: true },
        { share: 7, size },
        { share: 2.8, size, align: 'right' },
      ],
      rows: some,
      open: true,
    },
  });
  const list: Block =
    rows.length <= ONE_COLUMN
      ? table(rows, 22)
      : {
          beside: [
            { share: 1, blocks: [table(rows.slice(0, half), 17)] },
            { share: 1, blocks: [table(rows.slice(half), 17)] },
          ],
        };
  return [{ text: say('projects.title'), size: 28, bold: true }, ...(pictures.size > 0 ? pictured(about, pictures) : [list])];
}

/** Each project with its picture, in two columns. */
function pictured({ cycle, projects, page: { money } }: About, pictures: PosterWays['pictures']): Block[] {
  const cells = projects.map(({ number, title, place, cost }): { share: number; blocks: Block[] } => {
    const picture = pictures.get(number);
    const words: Block[] = [
      { text: title, size: 18, bold: true },
      { text: [unbroken(money(cost, cycle.currency)), ...(place ? [place] : [])].join(' · '), size: 14 },
    ];
    const shown: Block[] = picture ? [{ ...picture, height: 26, align: 'center' }] : [];
    return {
      share: 1,
      blocks: [
        {
          beside: [
            { share: 1, blocks: shown },
            { share: 0.45, blocks: [{ text: String(number), size: 28, bold: true }] },
            { share: 1.4, blocks: words },
          ],
          middle: true,
        },
        { space: 3 },
      ],
    };
  });
  const half = Math.ceil(cells.length / 2);
  return cells.slice(0, half).map((cell, row) => ({ beside: [cell, cells[half + row] ?? { share: 1, blocks: [] }] }));
}
