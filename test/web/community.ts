import type { Act } from '../../src/contacts/act.ts';
import { Community, type CommunityRecord } from '../../src/fund/communities/community.ts';
import { Cycle, type CycleRecord } from '../../src/fund/cycles/cycle.ts';
import { Resident } from '../../src/fund/people/resident.ts';
import { communityRecord } from '../support/communityRecord.ts';

export const DAY = 24 * 60 * 60 * 1000;
/** 1 March 2027, 08:00 in Shanghai. */
export const OPENS = new Date('2027-03-01T00:00:00Z');
export const CLOSES = new Date(OPENS.getTime() + 10 * DAY);

/** A community with a roster of `residents` and one cycle, `SLUG-2027`, that votes from `OPENS` to `CLOSES`. */
export async function found(slug: string, number: number, residents: number, with_: Partial<CommunityRecord> = {}): Promise<CycleRecord> {
  const person = { name: '居委会', phone: '+862880099999' };
  await Community.create(communityRecord(slug, `+8628800${String(number).padStart(5, '0')}`, { name: `${slug}社区`, person, ...with_ }));
  await Resident.insertMany(
    Array.from({ length: residents }, (_, index) => ({
      _id: `${slug}-${index}`,
      community: slug,
      role: 'resident',
      linkedContacts: [],
      addedAt: new Date(0),
    })),
  );
  return Cycle.create({
    _id: `${slug}-2027`,
    community: slug,
    title: '2027年社区保障资金',
    budget: 300_000,
    currency: 'CNY',
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 2 },
    stages: [
      { stage: 'propose', from: new Date(OPENS.getTime() - 30 * DAY) },
      { stage: 'vote', from: OPENS },
      { stage: 'implement', from: CLOSES },
    ],
    moves: [],
    projects: [
      { number: 3, title: '社区花园', category: '环境', cost: 60_000 },
      { number: 7, title: '路灯', cost: 48_000, detail: '三号院到菜市场一段' },
    ],
    lot: [7, 3],
  });
}

/** What resident `index` does at a moment, under a key that is its own for each `what`. */
export function actOf(community: string, index: number, at: Date, what: string): Act {
  return {
    key: `${community} ${index} ${what}`,
    at,
    community,
    channel: 'sms',
    address: `+861380000${String(index).padStart(4, '0')}`,
    resident: `${community}-${index}`,
    withCard: false,
    beginWrite: () => undefined,
  };
}
