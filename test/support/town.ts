import { randomBytes } from 'node:crypto';
import type { Act } from '../../src/contacts/act.ts';
import type { Notice, Notify } from '../../src/contacts/notify.ts';
import { Community, type CommunityRecord } from '../../src/fund/communities/community.ts';
import { Cycle, type CycleRecord } from '../../src/fund/cycles/cycle.ts';
import { cardHmac } from '../../src/fund/people/card.ts';
import { Resident, residentId } from '../../src/fund/people/resident.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { communityRecord } from './communityRecord.ts';
import { type OnRoster, onRoster } from './onRoster.ts';

export interface Town {
  readonly community: string;
  readonly cycle: string;
  /** What was told outside a reply. */
  readonly notices: Notice[];
  readonly notify: Notify;
  /** Somebody on the roster; gives their `_id`. */
  person(id: string, given?: Partial<OnRoster>): Promise<string>;
  /** A turn from a phone; each a new key. */
  act(address: string, over?: Partial<Act>): Act;
}

/** A community of its own with a cycle in its `propose` stage, for one test. */
export async function town(world: World, over: { community?: Partial<CommunityRecord>; cycle?: Partial<CycleRecord> } = {}): Promise<Town> {
  const slug = `town-${randomBytes(4).toString('hex')}`;
  const now = world.now();
  const from = (days: number) => new Date(now.getTime() + days * DAY_MS);
  const callback = `+8629${randomBytes(4).readUInt32BE()}`;
  await collection(Community).insertOne(communityRecord(slug, `+8628${randomBytes(4).readUInt32BE()}`, { callback, ...over.community }));
  await collection(Cycle).insertOne({
    _id: `${slug}-1`,
    community: slug,
    title: '今年的社区保障资金',
    budget: 300_000,
    currency: 'CNY',
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 2 },
    stages: [
      { stage: 'propose', from: from(-5) },
      { stage: 'vote', from: from(5) },
      { stage: 'implement', from: from(10) },
      { stage: 'closed', from: from(20) },
    ],
    moves: [],
    projects: [
      { number: 3, title: '社区花园', cost: 60_000 },
      { number: 7, title: '修路灯', short: '路灯', cost: 48_000, detail: '八盏灯' },
    ],
    ...over.cycle,
  });
  const notices: Notice[] = [];
  return {
    community: slug,
    cycle: `${slug}-1`,
    notices,
    notify: async (notice) => {
      notices.push(notice);
    },
    person: async (id, { card, ...given } = {}) => {
      const _id = residentId(world.vault, slug, id);
      const hmac = card === undefined ? {} : { card: cardHmac(world.vault, slug, card) };
      await collection(Resident).insertOne(onRoster(world, { _id, community: slug, rosterId: id, addedAt: now, ...given, ...hmac }));
      return _id;
    },
    act: (address, given = {}) => ({
      key: randomBytes(8).toString('hex'),
      at: world.now(),
      community: slug,
      channel: 'sms',
      address,
      withCard: false,
      beginWrite: () => {},
      ...given,
    }),
  };
}
