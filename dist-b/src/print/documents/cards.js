import { isTextedElsewhere, numberToText } from '../../fund/communities/index.js';
import { printedCard } from '../../fund/people/index.js';
import { unbroken } from './about.js';
/** Cards, ten on a page: whose, nine digits, the same as a code, and how to vote with them. */
export function cardSheets(cards, { community, now, text }) {
    const { say, phone } = text;
    const ways = [
        say('card.text', { phone: unbroken(phone(numberToText(community))) }),
        isTextedElsewhere(community) ? say('card.callOther', { phone: unbroken(phone(community.phone)) }) : say('card.call'),
        say('card.own'),
    ];
    const foot = `${community.name} · ${community.person.name} ${unbroken(phone(community.person.phone))}`;
    const cells = cards.map(({ name, building, card }) => [
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
    const below = [
        { items: ways, numbered: true, size: 8.5 },
        { text: foot, size: 7.5, grey: true },
    ];
    return { title: say('card.title'), language: text.language, at: now, paper: 'A4', margin: 10, blocks: [{ cells, below, columns: 2, rows: 5 }] };
}
