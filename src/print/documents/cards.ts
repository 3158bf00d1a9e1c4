import { isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import { printedCard } from '../../fund/people/index.ts';
import type { PrintedCard } from '../../fund/roster/index.ts';
import type { Block, Printed } from '../printed.ts';
import { type About, unbroken } from './about.ts';

/** Cards on a page. With more cards than on one a sheet goes along on which each is signed for. */
export const CARDS_ON_PAGE = 8;
/** The side of a code: it stands twice on a card, so that dirt on one does no harm. */
const CODE = 26;

/**
 * Cards, eight on a page: whose, nine digits, the same as a code, twice, and how to vote with them. By building, door and name; of many, each building begins with a
 * sheet on which they are signed for, so that somebody can go from door to door with it.
 */
export function cardSheets(cards: readonly PrintedCard[], { community, now, text }: Pick<About, 'community' | 'now' | 'text'>): Printed {
  const { say, phone } = text;
  const ways = [
    say('card.text', { phone: unbroken(phone(numberToText(community))) }),
    isTextedElsewhere(community) ? say('card.callOther', { phone: unbroken(phone(community.phone)) }) : say('card.call'),
    say('card.own'),
  ];
  const person = `${community.person.name} ${unbroken(phone(community.person.phone))}`;
  const code = (card: string): Block => ({ qr: card, side: CODE, align: 'right' });
  const cellOf = ({ name, building, door, card }: PrintedCard): Block[] => [
    {
      beside: [
        {
          share: 58,
          blocks: [
            {
              text: [name, [building, door].filter((part) => part !== '').join(' ')].filter((part) => part !== '').join(' · '),
              size: 12,
              bold: true,
            },
            { text: `${say('card.title')}　${community.name}`, size: 10, grey: true },
            { text: unbroken(printedCard(card)), size: 21, bold: true },
            { items: ways, numbered: true, size: 10 },
            { text: person, size: 10, grey: true },
          ],
        },
        { share: CODE, blocks: [code(card), { space: 3 }, code(card)] },
      ],
    },
  ];
  const sheet = (building: string, some: readonly PrintedCard[]): Block[] => [
    { newPage: true },
    { heading: say('card.sheet', { building, count: some.length }) },
    { text: say('card.sheetAbout') },
    {
      table: {
        columns: [
          { head: say('card.door'), share: 1.4 },
          { head: say('card.name'), share: 3 },
          { head: say('card.signed'), share: 4 },
          { head: say('card.day'), share: 2 },
        ],
        rows: some.map(({ name, door }) => [door, name, '', '']),
        rowHeight: 9,
      },
    },
  ];
  const blocks = byBuilding(cards).flatMap(([building, some]): Block[] => [
    ...(cards.length > CARDS_ON_PAGE ? sheet(building, some) : []),
    { cells: some.map(cellOf), columns: 2, rows: 4 },
  ]);
  return { title: say('card.title'), language: text.language, at: now, paper: 'A4', margin: 10, blocks };
}

const ORDER = new Intl.Collator('zh-CN', { numeric: true });

/** The cards in the order in which one walks by: 2栋 before 10栋; within it by door, and by name. */
export function cardsInOrder(cards: readonly PrintedCard[]): PrintedCard[] {
  return cards.toSorted(
    (one, other) => ORDER.compare(one.building, other.building) || ORDER.compare(one.door, other.door) || ORDER.compare(one.name, other.name),
  );
}

/** The cards of each building. */
function byBuilding(cards: readonly PrintedCard[]): [string, PrintedCard[]][] {
  const inOrder = cardsInOrder(cards);
  if (cards.length <= CARDS_ON_PAGE) return [['', inOrder]];
  return [...new Set(inOrder.map(({ building }) => building))].map((building) => [building, inOrder.filter((card) => card.building === building)]);
}
