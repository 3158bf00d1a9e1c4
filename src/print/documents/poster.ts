import { isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import { type CycleRecord, type Project, stageAt, type TableAhead, tablesAhead, voteOf } from '../../fund/cycles/index.ts';
import type { Block, Picture, Printed } from '../printed.ts';
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

/**
 * A poster (A3): how to vote by text, call and chat, and all projects with their numbers and costs, which fill the sheet and go on on a second one rather
 * than be smaller than 14 points; before the projects are set, how to propose.
 */
export function poster(about: About, { address, chatCode, pictures, takesSlips }: PosterWays): Printed {
  const { community, cycle, now, page, text } = about;
  const { say, phone, time, money } = page;
  const kind = posterKind(cycle, now);
  const vote = kind === 'vote' ? voteOf(cycle, now) : undefined;
  const dates = vote && { from: unbroken(time(vote.from, 'from')), to: unbroken(time(vote.to, 'until')) };
  const tables = tablesAhead(cycle, now);
  const needsCard = community.verify === 'card' || community.verify === 'strict';
  const number: Block[] = [
    { text: say(isTextedElsewhere(community) ? 'poster.textNumber' : 'poster.number'), size: 22 },
    { text: unbroken(phone(numberToText(community))), size: 46, bold: true },
    { text: `${say('take.sms')}  ${unbroken(say(`poster.${kind}Write`, { boxes: boxes(cycle) }))}`, size: 26, bold: true },
    { text: say(`poster.${kind}More`), size: 17 },
    ...(kind === 'vote' ? [{ text: needsCard ? text.say('poster.card') : say('take.voteOther'), size: 17 }] : []),
    {
      text: `${say('take.call')}  ${isTextedElsewhere(community) ? `${unbroken(phone(community.phone))}  ` : ''}${say(`take.${kind}Call`)}`,
      size: 20,
      bold: true,
    },
    ...(community.callback ? [{ text: say('take.free', { number: unbroken(phone(community.callback)) }), size: 17 }] : []),
    ...(kind === 'vote' && (takesSlips || tables.length > 0) ? onPaper(tables, text) : []),
  ];
  const codes: Block[] = [
    ...(chatCode
      ? [
          { picture: chatCode, pixels: { width: 1, height: 1 }, height: 54, align: 'center' as const },
          { text: say(`poster.${kind}Scan`), size: 15, bold: true as const, align: 'center' as const },
          { space: 3 },
        ]
      : []),
    ...(address ? [{ qr: address, side: chatCode ? 48 : 60, align: 'center' as const }] : []),
  ];
  const whose = { text: `${community.name} · ${cycle.title}`, size: 20 };
  return {
    ...{ title: `${say('poster.title')} · ${community.name}`, language: text.language, at: now, paper: 'A3', margin: 18 },
    ...(kind !== 'vote' && { onePage: true }),
    blocks: [
      whose,
      { text: say(`poster.${kind}`), size: 46, bold: true },
      ...(dates ? [{ text: say('poster.when', dates), size: 26, bold: true as const }] : []),
      ...(vote ? [{ text: say('poster.choose', { money: money(cycle.budget, cycle.currency), max: cycle.choices.max }), size: 22 }] : []),
      { space: 3 },
      { box: [{ beside: [{ share: 2.6, blocks: number }, ...(codes.length > 0 ? [{ share: 1, blocks: codes }] : [])], middle: true }] },
      { space: 3 },
      { text: `${say('take.person')}${community.person.name} ${unbroken(phone(community.person.phone))}`, size: 20, bold: true },
      ...(address ? [{ text: `${say('poster.address')}${address.replace(/^https?:\/\//, '')}`, size: 15 }] : []),
      { space: 2 },
      ...(kind === 'vote' ? projectList(about, pictures, whose) : []),
    ],
  };
}

/** So many tables stand on a poster and a brochure; of more, that there are more. */
const MOST_TABLES = 6;

/** How to vote on a slip, and when and where a table stands; without any that is announced, whom to ask. */
function onPaper(tables: readonly TableAhead[], { say, span }: About['text']): Block[] {
  const more = tables.length - MOST_TABLES;
  return [
    { text: say('poster.slip'), size: 20, bold: true },
    { text: `${say('poster.slipBring')}${tables.length === 0 ? say('poster.slipAsk') : ''}`, size: 17 },
    ...tables.slice(0, MOST_TABLES).map((table): Block => ({ text: `${unbroken(tableTime(table, span))}  ${table.place}`, size: 17, bold: true })),
    ...(more > 0 ? [{ text: say('poster.slipMore', { count: more }), size: 17 }] : []),
  ];
}

/** When an announced table stands. */
export function tableTime({ from, to }: TableAhead, span: About['text']['span']): string {
  return span(new Date(from), new Date(to));
}

/** Each project with its number and cost, with its picture if all have one, and with its place where there is room for it. */
function projectList({ cycle, projects, page: { say, money } }: About, pictures: PosterWays['pictures'], whose: Block): Block[] {
  const heading: Block = { text: say('projects.title'), size: 24, bold: true };
  const one = ({ number }: Project, size: number, told: readonly Block[]): Block[] => {
    const picture = pictures.get(number);
    const words = [
      { share: picture ? 1.4 : 1.2, blocks: [{ text: String(number), size, bold: true as const, align: 'right' as const, whole: true as const }] },
      { share: 8, blocks: told },
    ];
    const pictured = picture && { share: 2.2, blocks: [{ ...picture, height: 22, align: 'center' as const }] };
    return [{ beside: pictured ? [pictured, ...words] : words, ...(picture && { middle: true }) }, { space: 1.5 }];
  };
  const costs = (cost: number) => unbroken(money(cost, cycle.currency));
  const whole = projects.map((project) =>
    one(project, 22, [
      { text: project.title, size: 15, bold: true },
      { text: [costs(project.cost), ...(project.place ? [project.place] : [])].join(' · '), size: 14 },
    ]),
  );
  const short = projects.map((project) => one(project, 18, [{ text: `${project.title}\u3000${costs(project.cost)}`, size: 14 }]));
  return [heading, { space: 2 }, { filled: [whole, short], columns: [1, 2, 3], head: [whose, heading, { space: 2 }] }];
}
