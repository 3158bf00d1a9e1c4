import type { AccountRead } from '../../fund/accounts/index.ts';
import type { Project } from '../../fund/cycles/index.ts';
import { entriesIn } from '../../store/names.ts';
import type { Block } from '../printed.ts';
import { type PrintText, unbroken } from './about.ts';

/** Where the money of a cycle went: all of it step by step, then a row for each project that got some. `hrefOf`: where its story stands. */
export function moneyBlocks(
  { budget, extra, granted, own, contracted, paid, currency, works }: AccountRead,
  projects: readonly Pick<Project, 'number' | 'title'>[],
  { say, money }: Pick<PrintText<'page'>, 'say' | 'money'>,
  hrefOf?: (number: number) => string,
): readonly [Block, Block, Block] {
  const all = budget + extra + own;
  const steps = { all, granted: granted + own, contracted, paid, left: all - paid };
  const sum = (amount: number) => unbroken(money(amount, currency));
  const titles = new Map(projects.map(({ number, title }) => [number, title]));
  const given = works.map((each) => ({ ...each, got: each.granted + each.own })).filter(({ got, paid: spent }) => got > 0 || spent > 0);
  return [
    { bars: entriesIn(steps).map(([step, amount]) => ({ name: say(`money.${step}`), said: sum(amount), parts: [amount] })), of: all },
    { text: say('money.shades') },
    {
      bars: given.map(({ work, got, contracted: signed, paid: spent }) => ({
        name: `${work} ${titles.get(work) ?? ''}`,
        said: say('money.row', { granted: sum(got), contracted: sum(signed), paid: sum(spent), left: sum(got - spent) }),
        parts: [got, signed, spent],
        ...(hrefOf && { href: hrefOf(work) }),
      })),
      of: Math.max(1, ...given.map(({ got }) => got)),
    },
  ];
}
