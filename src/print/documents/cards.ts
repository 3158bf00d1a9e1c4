import { isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import { printedCard } from '../../fund/people/index.ts';
import type { PrintedCard } from '../../fund/roster/index.ts';
import type { Block, Printed } from '../printed.ts';
import { type About, unbroken } from './about.ts';

/** Cards, ten on a page: whose, nine digits, the same as a code, and how to vote with them. */
export function cardSheets(cards: readonly PrintedCard[], { community, now, text }: Pick<About, 'community' | 'now' | 'text'>): Printed {
  const { say, phone } = text;
  const ways = [
    say('card.text', { phone: unbroken(phone(numberToText(community))) }),
    isTextedElsewhere(community) ? say('card.callOther', { phone: unbroken(phone(community.phone)) }) : say('card.call'),
    say('card.own'),
  ];
  const foot = `${community.name} · ${community.person.name} ${unbroken(phone(community.person.phone))}`;
  const cells = cards.map(({ name, building, card }): Block[] => [
    {
      beside: [
        {
          share: 11,
          blocks: [
            { text: [name, building].filter((part) => part !== '').join(' · ') || say('card.title'), size: 11, bold: true },
            { text: say('card.title'), size: 8, grey: true },
            { text: unbroken(printedCard(card)), size: 21, bold: true },
          ],
        },
        { share: 4, blocks: [{ qr: card, side: 22, align: 'right' }] },
      ],
    },
  ]);
  const below: Block[] = [
    { items: ways, numbered: true, size: 8.5 },
    { text: foot, size: 7.5, grey: true },
  ];
  return { title: say('card.title'), language: text.language, at: now, paper: 'A4', margin: 10, blocks: [{ cells, below, columns: 2, rows: 5 }] };
}
