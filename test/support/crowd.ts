import { Community } from '../../src/fund/communities/community.ts';
import { Cycle } from '../../src/fund/cycles/cycle.ts';
import { Resident } from '../../src/fund/people/resident.ts';
import type { World } from '../../src/store/world.ts';
import { communityRecord } from './communityRecord.ts';
import { onRoster } from './onRoster.ts';

export interface Crowd {
  readonly slug: string;
  readonly phone: string;
  readonly cycle: string;
  /** Each of one resident. */
  readonly phones: readonly string[];
}

const HOUR = 60 * 60 * 1000;

/** A community of so many residents with a phone each, voting now on projects 1 to 3; it closes in an hour, or in `closesIn` ms. */
export async function crowd(world: World, residents: number, closesIn = HOUR): Promise<Crowd> {
  const slug = `crowd-${world.randomBytes(4).toString('hex')}`;
  const phone = `+8628${10_000_000 + (world.randomBytes(4).readUInt32BE() % 80_000_000)}`;
  const phones = Array.from({ length: residents }, (_, index) => `+86${13_700_000_000 + index}`);
  const now = world.now().getTime();
  await Community.create(communityRecord(slug, phone, { name: slug, verify: 'phone' }));
  await Resident.insertMany(
    phones.map((phone) => onRoster(world, { _id: `${slug}|${phone}`, community: slug, rosterId: phone, phone, addedAt: new Date(now - HOUR) })),
  );
  await Cycle.create({
    _id: slug,
    community: slug,
    title: slug,
    budget: 100_000,
    currency: 'CNY',
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 3 },
    stages: [
      { stage: 'vote', from: new Date(now - HOUR) },
      { stage: 'implement', from: new Date(now + closesIn) },
    ],
    moves: [],
    projects: [1, 2, 3].map((number) => ({ number, title: `项目${number}`, cost: 10_000 })),
  });
  return { slug, phone, cycle: slug, phones };
}
