import type { CommunityRecord } from '../../src/fund/communities/index.ts';
import type { World } from '../../src/store/world.ts';
import { type Town, town } from '../support/town.ts';

export const DAY = 24 * 60 * 60 * 1000;
/** 1 March 2027, 08:00 in Shanghai. */
export const OPENS = new Date('2027-03-01T00:00:00Z');
export const CLOSES = new Date(OPENS.getTime() + 10 * DAY);

/** A town with so many residents and one cycle, `SLUG-2027`, that votes from `OPENS` to `CLOSES`. `number` differs for each town. */
export function found(world: World, slug: string, number: number, residents: number, more: Partial<CommunityRecord> = {}): Promise<Town> {
  return town(world, {
    residents,
    community: { _id: slug, phone: phoneNumber(number), name: `${slug}社区`, person: { name: '居委会', phone: '+862880099999' }, ...more },
    cycle: {
      _id: `${slug}-2027`,
      title: '2027年社区保障资金',
      stages: [
        { stage: 'propose', from: new Date(OPENS.getTime() - 30 * DAY) },
        { stage: 'vote', from: OPENS },
        { stage: 'implement', from: CLOSES },
      ],
      projects: [
        { number: 3, title: '社区花园', category: '环境', cost: 60_000 },
        { number: 7, title: '路灯', cost: 48_000, detail: '三号院到菜市场一段' },
      ],
      lot: [7, 3],
    },
  });
}

/** A community's number. */
export function phoneNumber(number: number): string {
  return `+8628800${String(number).padStart(5, '0')}`;
}
