import { numberToText } from '../../fund/communities/index.ts';
import type { PublicPublication } from '../../fund/meetings/index.ts';
import type { Printed } from '../printed.ts';
import { type About, footerOf, headOf, unbroken } from './about.ts';

/** The list as it is published before the vote, for the notice board: with whom to tell an objection, and until when. */
export function board(about: About, { list, from, to, check }: PublicPublication): Printed {
  const { community, cycle, now, text } = about;
  const { say, date, money, phone } = text;
  const until = unbroken(date(new Date(to)));
  const checked = check && check.finding === null ? say('board.checked', { at: date(new Date(check.at)) }) : say('board.unchecked');
  return {
    ...{ title: say('board.title'), language: text.language, at: now, paper: 'A4', footer: footerOf(about, say('board.title')) },
    blocks: [
      ...headOf(about, say('board.title')),
      { text: say('board.about'), size: 12 },
      { text: say('board.when', { from: unbroken(date(new Date(from))), to: until }), size: 12, bold: true },
      { space: 3 },
      {
        table: {
          columns: [
            { head: say('board.number'), share: 1.2, size: 14, bold: true },
            { head: say('board.what'), share: 7 },
            { head: say('board.cost'), share: 2.4, align: 'right' },
          ],
          rows: list.map(({ number, title, cost }) => [
            String(number),
            title,
            cost === null ? say('board.noCost') : unbroken(money(cost, cycle.currency)),
          ]),
          size: 11.5,
          ...(list.length > 12 && { room: 0.6 }),
        },
      },
      { space: 4 },
      { text: say('board.objection', { to: until, phone: unbroken(phone(numberToText(community))) }), size: 12, bold: true },
      {
        text: say('board.person', { person: community.person.name, phone: unbroken(phone(community.person.phone)) }),
        size: 12,
      },
      { text: checked, size: 12 },
      { space: 8 },
      { lines: [say('board.seal'), say('board.day')] },
    ],
  };
}
