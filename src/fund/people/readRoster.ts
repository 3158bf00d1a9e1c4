import { Address } from '../../contacts/addressBook.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import { cached } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { sharedRead } from '../../store/groupCommit.ts';
import { perWorld, type World } from '../../store/world.ts';
import { SEES_PEOPLE } from './actor.ts';
import { type LockFound, locksOf } from './cardLocks.ts';
import { contactIdsOf, contactsOf, Resident, type ResidentRecord } from './resident.ts';
import { ROLES } from './residentFields.ts';
import {
  BY_BUILDING,
  type Filter,
  type ListedResident,
  listedResident,
  pageOf,
  type ResidentsFound,
  type Way,
  wayByName,
  waysTo,
} from './searchRoster.ts';
import { view } from './view.ts';

export interface ResidentsWanted {
  /** A name or two neighbouring characters of it, the last four digits of a phone or all of it (E.164), an id or a building. */
  readonly text?: string | undefined;
  readonly building?: string | undefined;
  /** The buildings on the roster (`readBuildings`), if they are known. */
  readonly buildings?: readonly string[] | undefined;
  readonly role?: ResidentRecord['role'] | undefined;
  /** The page that follows the resident with this `_id`. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * A page of a community's roster: building by building, those of one building by their ids, unless they are more than 500. What is searched is found by
 * an index, whatever the size of the roster; a single character only in a building that is given.
 */
export const readRoster = view({
  name: 'roster.list',
  may: SEES_PEOPLE,
  query: async ({ world, community }, wanted: ResidentsWanted): Promise<ResidentsFound> => {
    const { text, limit, after } = wanted;
    if (text === undefined && wanted.role === undefined) {
      const { building, buildings } = wanted;
      return pageTogether(world)(JSON.stringify({ community, building, buildings, after, limit } satisfies PageWanted));
    }
    const ways = text === undefined ? [everybody(community, wanted)] : await waysTo(world, community, text, wanted.building);
    const pages = await Promise.all(ways.map((way) => pageOf(world.vault, way, { community, ...filterOf(wanted) }, after, limit)));
    const found = new Map(pages.flatMap(({ residents }) => residents.map((resident) => [resident._id, resident] as const)));
    const sorted = [...found.values()].toSorted((one, other) => (one._id < other._id ? -1 : 1));
    return { residents: sorted.slice(0, limit), more: sorted.length > limit || pages.some(({ more }) => more) };
  },
});

/** How many residents are on a roster, in a building or with a role. */
export const countRoster = view({
  name: 'roster.count',
  may: SEES_PEOPLE,
  query: async ({ community }, wanted: Pick<ResidentsWanted, 'building' | 'role'>): Promise<number> => {
    const { hint, which } = everybody(community, wanted);
    return forReaders(Resident).countDocuments({ community, ...which, ...filterOf(wanted) }, { ...(hint && { hint }) });
  },
});

interface PageWanted extends Omit<ResidentsWanted, 'text' | 'role'> {
  readonly community: string;
}

/** A page by the JSON of what is wanted; requests in flight share it. */
const pageTogether: (world: World) => (wanted: string) => Promise<ResidentsFound> = perWorld((world) =>
  sharedRead((wanted) => pageByBuilding(world, JSON.parse(wanted))),
);

/** A building of more residents is not sorted: it would hold up the turns. */
const MOST_SORTED = 500;

/** The residents of a building, or of all: building by building, who has none last. Only the buildings that are on the page are read. */
async function pageByBuilding(world: World, { community, building: only, buildings: known, after, limit }: PageWanted): Promise<ResidentsFound> {
  const last = after === undefined ? null : await forReaders(Resident).findOne({ _id: after, community }, { projection: { building: 1 } });
  const lastIn = last?.building || undefined;
  const isKnown = known && (lastIn === undefined || known.includes(lastIn)); // somebody who is added meanwhile may live in a new building
  const all = async () => [...(isKnown ? known : await buildingsThere(community)), undefined];
  const buildings = only === undefined ? await all() : [only];
  const from = last ? Math.max(0, buildings.indexOf(lastIn)) : 0;
  const residents: ListedResident[] = [];
  for (const [index, building] of buildings.slice(from).entries()) {
    const left = limit - residents.length;
    const page = await pageById(world, community, building, index === 0 ? after : undefined, Math.max(1, left));
    if (left === 0 && page.residents.length > 0) return { residents, more: true };
    residents.push(...page.residents);
    if (page.more) return { residents, more: true };
  }
  return { residents, more: false };
}

/** Of all residents of a building, in the order of their ids, `1-2-301` before `1-10-101`. */
async function pageById(
  world: World,
  community: string,
  building: string | undefined,
  after: string | undefined,
  limit: number,
): Promise<ResidentsFound> {
  const base = { ...livingIn(community, building), erasedAt: { $exists: false } };
  const way = { which: {}, hint: BY_BUILDING };
  const byId = () => pageOf(world.vault, way, base, after, limit);
  if (await isLarge(world)(JSON.stringify([community, building]))) return byId();
  const all = await pageOf(world.vault, way, base, undefined, MOST_SORTED);
  if (all.more) return byId(); // it has grown since it was counted
  const sorted = all.residents.toSorted((one, other) => IDS.compare(one.id, other.id));
  const from = sorted.findIndex(({ _id }) => _id === after) + 1;
  return { residents: sorted.slice(from, from + limit), more: from + limit < sorted.length };
}

/** Whether a building (`[community, building]` in JSON) has so many residents that it is not sorted; it is counted once a second at most. */
const isLarge: (world: World) => (building: string) => Promise<boolean> = perWorld((world) =>
  cached(world, 1_000, 10_000, async (key) => {
    const [community, building]: [string, string | null] = JSON.parse(key);
    const count = await forReaders(Resident).countDocuments(livingIn(community, building), { limit: MOST_SORTED + 1, hint: BY_BUILDING });
    return count > MOST_SORTED;
  }),
);

/** Those of a building, or those who have none. */
function livingIn(community: string, building: string | null | undefined): Filter {
  return { community, building: building ?? { $in: ['', undefined] } }; // the driver sends null, which finds what is absent
}

const IDS = new Intl.Collator('zh', { numeric: true });

function filterOf({ building, role }: Pick<ResidentsWanted, 'building' | 'role'>): Filter {
  return { erasedAt: { $exists: false }, ...(building !== undefined && { building }), ...(role !== undefined && { role }) };
}

function everybody(community: string, { building, role }: Pick<ResidentsWanted, 'building' | 'role'>): Way {
  if (building !== undefined) return { which: {}, hint: BY_BUILDING };
  return { which: { community, role: role ?? { $in: [...ROLES] } }, hint: { community: 1, role: 1, _id: 1 } };
}

/** Everything that is kept of a resident and that a cadre may know; whether they voted is not. */
export type ResidentKept = ListedResident & {
  /** Every phone and chat, the roster's phone first, with what is known of it. */
  readonly contacts: readonly (ContactPoint & {
    readonly isOnRoster: boolean;
    /** They want no message that we start. */
    readonly isStopped: boolean;
    /** They asked for the news of each step. */
    readonly wantsNews: boolean;
    readonly locks: LockFound;
  })[];
  readonly cardMade: ResidentRecord['cardMade'];
  readonly addedAt: Date;
};

/** One resident (`_id`) on a community's roster; null if there is none, or they were deleted. */
export const readResident = view({
  name: 'roster.one',
  may: SEES_PEOPLE,
  query: async ({ world, community }, _id: string): Promise<ResidentKept | null> => {
    const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { promoteBuffers: true });
    if (!record) return null;
    const contacts = contactsOf(world.vault, record);
    const [addresses, locks] = await Promise.all([
      collection(Address)
        .find({ _id: { $in: contactIdsOf(record) } }, { projection: { stoppedAt: 1, newsOf: 1 } })
        .toArray(),
      locksOf(
        world,
        contacts.map((contact) => ({ community, ...contact })),
      ),
    ]);
    const known = new Map(addresses.map((address) => [address._id, address]));
    return {
      ...listedResident(world.vault, record),
      contacts: contacts.map((contact, index) => {
        const id = addressHmac(world.vault, { community, ...contact });
        const address = known.get(id);
        return {
          ...contact,
          isOnRoster: id === record.phoneId,
          isStopped: address?.stoppedAt !== undefined,
          wantsNews: address?.newsOf === community,
          locks: locks[index] ?? { wrongCards: false, needsCard: false },
        };
      }),
      cardMade: record.cardMade,
      addedAt: record.addedAt,
    };
  },
});

/** The buildings on a community's roster, in their order. */
export const readBuildings = view({
  name: 'roster.buildings',
  may: SEES_PEOPLE,
  query: async ({ community }): Promise<string[]> => {
    return buildingsThere(community);
  },
});

/** How many residents live in each building of a community's roster, as it writes them. */
export const countByBuilding = view({
  name: 'roster.byBuilding',
  may: SEES_PEOPLE,
  query: async ({ community }): Promise<Map<string, number>> => {
    const found = await forReaders(Resident)
      .aggregate<{ _id: string; count: number }>([
        { $match: { community, building: { $gt: '' } } },
        { $group: { _id: '$building', count: { $sum: 1 } } },
      ])
      .toArray();
    return new Map(found.map(({ _id, count }) => [_id, count]));
  },
});

async function buildingsThere(community: string): Promise<string[]> {
  const found = await forReaders(Resident).distinct('building', { community, building: { $gt: '' } });
  return found.flatMap((building) => building ?? []).toSorted(ORDER.compare);
}

const ORDER = new Intl.Collator('zh-CN', { numeric: true });

/** Somebody on the roster who may be the person who asks. */
export interface NearName {
  /** `id` on the roster. */
  readonly id: string;
  readonly name: string;
  readonly building: string | undefined;
}

const MOST_NEAR = 20;

/**
 * The people on a community's roster who have the name, or live in the same building and share a character of it.
 */
export const nearNames = view({
  name: 'request.near',
  may: SEES_PEOPLE,
  query: async ({ world, community }, asker: { readonly name: string; readonly building: string }): Promise<NearName[]> => {
    const isSame = ({ name }: ListedResident) => name === asker.name;
    const isNear = (found: ListedResident) => !isSame(found) && [...asker.name].some((character) => found.name?.includes(character) === true);
    const byName = await wayByName(world, community, asker.name);
    const inBuilding = { which: { building: asker.building }, hint: BY_BUILDING };
    const ways: Way[] = [byName ? { ...byName, isMeant: isSame } : { ...inBuilding, isMeant: isSame }, { ...inBuilding, isMeant: isNear }];
    const base = { community, erasedAt: { $exists: false } };
    const pages = await Promise.all(ways.map((way) => pageOf(world.vault, way, base, undefined, MOST_NEAR)));
    const found = pages.flatMap(({ residents }) => residents).slice(0, MOST_NEAR);
    return found.map(({ id, name = '', building }) => ({ id, name, building }));
  },
});
