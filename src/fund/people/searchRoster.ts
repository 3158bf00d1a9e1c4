import { setImmediate as rest } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/pauses.ts';
import type { Vault } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { keysOf, officeOf, personOf, plainName, Resident, type ResidentRecord, residentId, searchKeys } from './resident.ts';
import { ofEach, PLAIN, type ResidentFields, SEALED } from './residentFields.ts';

/** A resident as a cadre reads them in the roster. */
export type ListedResident = ResidentFields & {
  readonly _id: string;
  /** `id` on the roster. */
  readonly id: string;
  readonly hasCard: boolean;
  /** They asked to be deleted, which is done after the seal. */
  readonly isLeaving: boolean;
};

export interface ResidentsFound {
  /** Building by building, and there by `id`; by `_id` if they were searched, or are more than 500 in a building. */
  readonly residents: ListedResident[];
  /** Others follow. */
  readonly more: boolean;
}

export type Filter = mongo.Filter<ResidentRecord>;

/** One way in which a resident may be what is searched. */
export interface Way {
  readonly which: Filter;
  /** The index in which residents lie by `_id`; absent if there are few, who are read in whatever order. */
  readonly hint?: Record<string, 1>;
  readonly isMeant?: (found: ListedResident) => boolean;
}

/** The most residents of a building whose names are read for a single character. */
const MOST_READ = 2_000;

/** An index in which residents of a building lie by `_id`. */
export const BY_BUILDING = { community: 1, building: 1, _id: 1 } as const;
const BY_KEY = { community: 1, searchKeys: 1, _id: 1 } as const;

/** A name that contains this text. Null if the text has one character only, which no key is made of. */
export async function wayByName(world: World, community: string, text: string): Promise<Way | null> {
  const [first, ...others] = keysOf(world.vault, community, 'name', text);
  if (first === undefined) return null;
  await fillSearchKeys(world)(community);
  const all = others.length > 0 ? { $and: others.map((key) => ({ searchKeys: key })) } : {};
  return { which: { searchKeys: first, ...all }, hint: BY_KEY, isMeant: named(text) };
}

function named(text: string): (found: ListedResident) => boolean {
  return ({ name }) => name !== undefined && plainName(name).includes(plainName(text));
}

/**
 * The ways to what is searched: a name or two neighbouring characters of it, the last four digits of a phone or all of it (E.164), an id or a building;
 * one character of a name only in a building that is given.
 */
export async function waysTo(world: World, community: string, text: string, building: string | undefined): Promise<Way[]> {
  const { vault } = world;
  const ways: Way[] = [{ which: { _id: residentId(vault, community, text) } }];
  if (/^\d{4}$/.test(text)) {
    await fillSearchKeys(world)(community);
    ways.push({ which: { searchKeys: { $in: keysOf(vault, community, 'phone', text) } }, hint: BY_KEY });
  }
  for (const field of SEALED.filter((each) => each !== 'name' && each !== 'phone')) {
    const isMeant = (found: ListedResident) => plainName(found[field] ?? '') === plainName(text);
    ways.push({ which: { searchKeys: { $in: keysOf(vault, community, field, text) } }, hint: BY_KEY, isMeant });
  }
  if (/^\+\d+$/.test(text)) {
    const place = addressHmac(vault, { community, ...phoneContact(text) });
    ways.push({ which: { phoneId: place } }, { which: { 'linkedContacts.id': place } });
  }
  if (building === undefined) ways.push({ which: { building: text }, hint: BY_BUILDING });
  const byName = await wayByName(world, community, text);
  if (byName) ways.push(byName);
  else if (building !== undefined) ways.push({ which: {}, hint: BY_BUILDING, isMeant: named(text) });
  return ways;
}

/** After so many residents that are decrypted, turns that wait go first. */
const PIECE = 100;

/** The residents on one way, by `_id`. If their names have to be read, so many are read that the page is full, `MOST_READ` at most. */
export async function pageOf(
  vault: Vault,
  { which, hint, isMeant }: Way,
  base: Filter,
  after: string | undefined,
  limit: number,
): Promise<ResidentsFound> {
  const isAfter = after === undefined ? {} : { _id: { $gt: after } };
  const found = forReaders(Resident).find(
    { $and: [{ ...base, ...which }, isAfter] },
    {
      ...{ projection: LISTED, limit: isMeant ? MOST_READ : limit + 1, promoteBuffers: true, batchSize: limit + 2 },
      ...(hint && { hint, sort: { _id: 1 } }),
    },
  );
  if (!isMeant) {
    const records = await found.toArray();
    const residents: ListedResident[] = [];
    for (const record of records.slice(0, limit)) {
      residents.push(listedResident(vault, record));
      if (residents.length % PIECE === 0) await rest();
    }
    return { residents, more: records.length > limit };
  }
  const residents: ListedResident[] = [];
  for await (const record of withPauses(found)) {
    const resident = listedResident(vault, record);
    if (!isMeant(resident)) continue;
    if (residents.length === limit) return { residents, more: true };
    residents.push(resident);
  }
  return { residents, more: false };
}

/** What a list shows of a resident; the other half of a record is keys. */
const LISTED = { person: 1, ...ofEach(() => 1 as const, PLAIN), officeMark: 1, card: 1, erasureRequest: 1 } as const;

export function listedResident(vault: Vault, record: Pick<ResidentRecord, '_id' | keyof typeof LISTED>): ListedResident {
  const { _id, person: _, card, officeMark: __, erasureRequest, ...plain } = record;
  const role = officeOf(vault, record);
  const { rosterId = '', ...sealed } = personOf(vault, record);
  return { _id, id: rosterId, ...plain, role, ...sealed, hasCard: card !== undefined, isLeaving: erasureRequest !== undefined };
}

/** Residents whose keys are written in one command. */
const CHUNK = 500;

/**
 * Writes the search keys of residents who have none because an earlier version put them on the roster. Once for each community in each process; from
 * then on those who write a name or a phone write the keys with it.
 */
const fillSearchKeys: (world: World) => (community: string) => Promise<void> = perWorld(({ vault }) => {
  const filled = new Map<string, Promise<void>>();
  return (community) => {
    const known = filled.get(community);
    if (known) return known;
    const filling = fill(vault, community);
    filled.set(community, filling);
    filling.catch(() => filled.delete(community));
    return filling;
  };
});

async function fill(vault: Vault, community: string): Promise<void> {
  for (;;) {
    const some = await collection(Resident)
      .find(
        { community, searchKeys: { $exists: false }, person: { $exists: true } },
        { projection: { person: 1 }, limit: CHUNK, promoteBuffers: true, hint: { community: 1, searchKeys: 1, _id: 1 } },
      )
      .toArray();
    if (some.length === 0) return;
    await collection(Resident).bulkWrite(
      some.map(({ _id, person }) => ({
        updateOne: {
          filter: { community, _id, ...(person && { person }) },
          update: { $set: { searchKeys: searchKeys(vault, community, personOf(vault, { _id, ...(person && { person }) })) } },
        },
      })),
    );
  }
}
