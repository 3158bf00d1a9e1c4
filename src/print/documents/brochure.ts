import { isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import { tablesAhead, voteOf } from '../../fund/cycles/index.ts';
import type { Block, Printed } from '../printed.ts';
import { type About, unbroken } from './about.ts';
import { boxes, tableTime } from './poster.ts';

/** With more projects than this it has pages, with numbers. */
const ONE_PAGE = 8;
/** So many tables are told; of more, that there are more. */
const MOST_TABLES = 3;

/** A leaf (A5) for every door: what it is about in at most 200 words, whom to ask, and the projects, on as many pages as they need. */
export function brochure(
  { community, cycle, projects, now, text }: About,
  { address, hasChat, takesSlips }: { readonly address?: string | undefined; readonly hasChat: boolean; readonly takesSlips: boolean },
): Printed {
  const { say, phone, time, money, span } = text;
  const tables = tablesAhead(cycle, now);
  const where = tables.slice(0, MOST_TABLES).map((table) => say('brochure.table', { when: tableTime(table, span), place: table.place }));
  const vote = voteOf(cycle, now);
  const ways = [
    say('brochure.text', { phone: unbroken(phone(numberToText(community))), write: unbroken(say('brochure.write', { boxes: boxes(cycle) })) }),
    say(isTextedElsewhere(community) ? 'brochure.callOther' : 'brochure.call', { phone: unbroken(phone(community.phone)) }),
    ...(hasChat ? [say('brochure.chat')] : []),
    ...(takesSlips || tables.length > 0 ? [say('brochure.slip')] : []),
    ...where,
    ...(tables.length > MOST_TABLES ? [say('brochure.moreTables')] : []),
  ];
  const list: Block[] =
    projects.length === 0
      ? []
      : [
          { heading: say('brochure.projects'), level: 3 },
          {
            table: {
              columns: [{ share: 1, size: 13, bold: true }, { share: 7 }, { share: 2.6, align: 'right' }],
              rows: projects.map(({ number: own, title, cost }) => [String(own), title, unbroken(money(cost, cycle.currency))]),
              size: 10,
              ...(projects.length <= ONE_PAGE && { room: 0.4 }),
              open: true,
            },
          },
        ];
  const what: Block[] = [
    { text: `${community.name} · ${cycle.title}`, size: 10, grey: true },
    { heading: say('brochure.title') },
    { text: say('brochure.what', { money: money(cycle.budget, cycle.currency) }) },
    ...(community.about?.money ? [{ text: say('brochure.source', { source: community.about.money }) }] : []),
    ...(vote
      ? [
          {
            text: say('brochure.when', { from: unbroken(time(vote.from, 'from')), to: unbroken(time(vote.to, 'until')), max: cycle.choices.max }),
            bold: true as const,
          },
        ]
      : []),
  ];
  return {
    ...{
      title: say('brochure.title'),
      language: text.language,
      at: now,
      paper: 'A5',
      margin: 12,
      ...(projects.length > ONE_PAGE && { footer: `${community.name} · ${say('brochure.title')}` }),
    },
    blocks: [
      {
        beside: [{ share: 2.5, blocks: what }, ...(address ? [{ share: 1, blocks: [{ qr: address, side: 34, align: 'right' as const }] }] : [])],
      },
      { heading: say('brochure.how'), level: 3 },
      { items: ways },
      { text: say('brochure.change') },
      { space: 1 },
      ...(address ? [{ text: say('brochure.count', { address: unbroken(address.replace(/^https?:\/\//, '')) }) }] : []),
      { text: say('brochure.person', { person: community.person.name, phone: unbroken(phone(community.person.phone)) }), bold: true },
      ...list,
    ],
  };
}
