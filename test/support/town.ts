import { randomBytes } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { Act } from '../../src/contacts/act.ts';
import type { Notice, Notify } from '../../src/contacts/notify.ts';
import { marked } from '../../src/fund/communities/community.ts';
import { Community, type CommunityRecord } from '../../src/fund/communities/index.ts';
import { Cycle } from '../../src/fund/cycles/cycle.ts';
import { cycleMark } from '../../src/fund/cycles/cycleMark.ts';
import type { CycleRecord } from '../../src/fund/cycles/index.ts';
import { cardHmac } from '../../src/fund/people/card.ts';
import { Resident, residentId } from '../../src/fund/people/resident.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { card } from './cards.ts';
import { type OnRoster, onRoster } from './onRoster.ts';

const HOUR_MS = 60 * 60 * 1_000;

export interface Town {
  /** Its slug. */
  readonly community: string;
  /** The number that residents write to and call. */
  readonly phone: string;
  readonly cycle: string;
  /** `_id`s of the residents that it was made with, and their phones in the same order. */
  readonly residents: readonly string[];
  readonly phones: readonly string[];
  /** The notices that were sent outside a reply. */
  readonly notices: Notice[];
  readonly notify: Notify;
  /** Puts a resident on the roster; gives their `_id`. */
  person(id: string, given?: Partial<OnRoster>): Promise<string>;
  /** A turn from an address, or of the nth resident from their own phone; each has a new key. */
  act(from: string | number, over?: Partial<Act>): Act;
}

export interface TownGiven {
  /** So many residents, each with a phone and a card of their own; none if absent. */
  readonly residents?: number;
  /** What the nth is called on the roster; its number if absent. */
  readonly idOf?: (n: number) => string;
  readonly community?: Partial<CommunityRecord>;
  readonly cycle?: Partial<CycleRecord>;
}

/** A community of its own for one test, with one cycle: in its `propose` stage, if `cycle` does not say otherwise. */
export async function town(world: World, { residents: size = 0, idOf = String, community, cycle }: TownGiven = {}): Promise<Town> {
  const slug = community?._id ?? `town-${randomBytes(4).toString('hex')}`;
  const here = marked(world.vault, { ...communityRecord(slug), ...community });
  await collection(Community).insertOne(here);
  const phones = Array.from({ length: size }, (_, n) => `+86${13_700_000_000 + n}`);
  const residents = phones.map((_, n) => residentId(world.vault, slug, idOf(n)));
  if (size > 0)
    await collection(Resident).insertMany(
      residents.map((_id, n) =>
        onRoster(world, {
          _id,
          community: slug,
          rosterId: idOf(n),
          ...(phones[n] && { phone: phones[n] }),
          card: cardHmac(world.vault, slug, card(n)),
        }),
      ),
    );
  const itsCycle = { ...cycleRecord(slug, world.now()), ...cycle };
  await collection(Cycle).insertOne({ ...itsCycle, mark: cycleMark(world.vault, itsCycle) });
  const notices: Notice[] = [];
  return {
    community: slug,
    phone: here.phone,
    cycle: itsCycle._id,
    residents,
    phones,
    notices,
    notify: async (notice) => {
      notices.push(notice);
    },
    person: async (id, { card, ...more } = {}) => {
      const _id = residentId(world.vault, slug, id);
      const hmac = card === undefined ? {} : { card: cardHmac(world.vault, slug, card) };
      await collection(Resident).insertOne(onRoster(world, { _id, community: slug, rosterId: id, addedAt: world.now(), ...more, ...hmac }));
      return _id;
    },
    act: (from, over = {}) => ({
      key: randomBytes(8).toString('hex'),
      at: world.now(),
      community: slug,
      channel: 'sms',
      ...(typeof from === 'string' ? { address: from } : { address: phones[from] ?? 'nobody', resident: residents[from] ?? 'nobody' }),
      withCard: false,
      beginWrite: () => {},
      ...over,
    }),
  };
}

/** Changes a cycle's record as the service would: with the mark of its new dates. */
export async function changeCycle({ vault }: Pick<World, 'vault'>, _id: string, change: mongo.UpdateFilter<CycleRecord>): Promise<void> {
  const changed = await collection(Cycle).findOneAndUpdate({ _id }, change, { returnDocument: 'after' });
  if (!changed) throw new Error(`there is no cycle ${_id}`);
  await collection(Cycle).updateOne({ _id }, { $set: { mark: cycleMark(vault, changed) } });
}

/** The fields that change a town's cycle into one that votes now on projects 1 to 3, and closes in an hour. */
export function votingNow(world: Pick<World, 'now'>): Partial<CycleRecord> {
  const now = world.now().getTime();
  return {
    choices: { min: 1, max: 3 },
    stages: [
      { stage: 'vote', from: new Date(now - HOUR_MS) },
      { stage: 'implement', from: new Date(now + HOUR_MS) },
    ],
    projects: [1, 2, 3].map((number) => ({ number, title: `项目${number}`, cost: 10_000 })),
  };
}

/** The settings: the roster's number or a card identifies a resident, everything is public, nights are quiet. */
export function communityRecord(_id: string): CommunityRecord {
  return {
    _id,
    name: '青松社区',
    language: 'zh-CN',
    timezone: 'Asia/Shanghai',
    phone: newNumber('+8628'),
    callback: newNumber('+8629'),
    verify: 'either',
    ballots: 'public',
    quiet: '21:00-08:00',
    person: { name: '居委会', phone: '+862880000003' },
  };
}

export function cycleRecord(community: string, now: Date): CycleRecord {
  const from = (days: number) => new Date(now.getTime() + days * DAY_MS);
  return {
    _id: `${community}-1`,
    community,
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
  };
}

function newNumber(prefix: string): string {
  return `${prefix}${10_000_000 + (randomBytes(4).readUInt32BE() % 80_000_000)}`;
}
