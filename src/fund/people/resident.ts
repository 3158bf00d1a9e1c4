import { model, Schema } from 'mongoose';
import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, type ContactPoint, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';

export const ROLES = ['resident', 'cadre', 'council', 'supervisor'] as const;

/** Somebody on a community's roster. After a deletion only the HMACs stay, so that leaving and coming back gives no second ballot. */
export interface ResidentRecord {
  /** `vault.hmac('resident', slug, roster id)`: what the ballot's pseudonym is made of. */
  _id: string;
  community: string;
  /** What the roster says of them (`Person`), encrypted as JSON; gone after a deletion, like phone, building, language. */
  person?: Buffer;
  /** `addressHmac(…)` of the roster's phone. */
  phoneId?: string;
  building?: string;
  language?: string;
  role: (typeof ROLES)[number];
  /** `vault.hmac('card', slug, card)`. Kept after a deletion until the close. */
  card?: string;
  /** Who made the card; none where it came with a file. */
  cardMade?: { by: string; at: Date };
  /** Cards that `residents cards --new` ended: a file that still has one does not bring it back. */
  endedCards?: string[];
  /** `addressHmac(…)` of every phone and chat; set at a deletion and kept until the close: `accept` asks whether it is the same person. */
  erasedAddresses?: string[];
  /** Asked to be deleted while voting was open, on which day (`wholeDay`), by which act and from where (`addressHmac(…)`): done after the seal (`eraseDue`), taken back by 恢复. */
  erasureRequest?: { at: Date; key: string; from: string };
  /** The act that asked to be deleted: it counts once. */
  erasureKey?: string;
  /** Phones and chats linked by card or by `accept`. */
  linkedContacts: LinkedContact[];
  addedAt: Date;
  /** The day (`wholeDay`) on which they asked to be deleted. */
  erasedAt?: Date;
}

/** A phone (`sms`, also for calls) or a chat that belongs to somebody. */
interface LinkedContact {
  /** `addressHmac(…)`. */
  id: string;
  channel: Channel;
  /** Encrypted. */
  address: Buffer;
}

const schema = new Schema<ResidentRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    person: Buffer,
    phoneId: String,
    building: String,
    language: String,
    role: { type: String, enum: ROLES, required: true },
    card: String,
    cardMade: { type: { by: String, at: Date }, _id: false },
    endedCards: { type: [String], default: undefined },
    erasedAddresses: { type: [String], default: undefined },
    erasureRequest: { type: { at: Date, key: String, from: String }, _id: false },
    erasureKey: String,
    linkedContacts: { type: [{ type: { id: String, channel: String, address: Buffer }, _id: false }], required: true },
    addedAt: { type: Date, required: true },
    erasedAt: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'residents' },
);
// what every turn looks for, in whichever community: there is one index for it and none to choose
schema.index({ phoneId: 1 });
schema.index({ 'linkedContacts.id': 1 });
schema.index({ community: 1, phoneId: 1 });
schema.index({ community: 1, building: 1, phoneId: 1 });
schema.index({ community: 1, card: 1 }, { unique: true, partialFilterExpression: { card: { $exists: true } } });
schema.index({ community: 1, erasedAddresses: 1 }, { partialFilterExpression: { erasedAddresses: { $exists: true } } });
schema.index({ erasureRequest: 1 }, { partialFilterExpression: { erasureRequest: { $exists: true } } });
schema.index({ community: 1, addedAt: 1 });
schema.index({ community: 1, role: 1, _id: 1 });

export const Resident = model<ResidentRecord>('Resident', schema);

/** What a roster says of somebody that nobody may read without SECRET. */
export interface Person {
  /** `id` of the roster. */
  readonly rosterId?: string;
  readonly name?: string;
  /** E.164. */
  readonly phone?: string;
}

/** Nothing of somebody who was deleted. */
export function personOf(vault: Vault, { _id, person }: Pick<ResidentRecord, '_id' | 'person'>): Person {
  return person ? JSON.parse(vault.decrypt('residentPerson', _id, person)) : {};
}

export function encryptedPerson(vault: Vault, resident: string, { rosterId, name, phone }: Person): Buffer {
  return vault.encrypt('residentPerson', resident, JSON.stringify({ rosterId, name, phone }));
}

/** `_id` of the resident with this id on a community's roster; it outlives a deletion. */
export function residentId(vault: Vault, community: string, rosterId: string): string {
  return vault.hmac('resident', community, rosterId);
}

/** Somebody as the roster's file or a cadre gives them. */
export interface ResidentGiven extends Omit<ResidentRecord, 'person' | 'phoneId' | 'linkedContacts'>, Person {
  readonly linkedContacts?: readonly ContactPoint[];
}

/** The record of somebody on the roster. */
export function residentRecord(vault: Vault, { rosterId, name, phone, linkedContacts = [], ...resident }: ResidentGiven): ResidentRecord {
  const { _id, community } = resident;
  return {
    ...resident,
    person: encryptedPerson(vault, _id, { rosterId, name, phone }),
    ...(phone !== undefined && { phoneId: addressHmac(vault, { community, ...phoneContact(phone) }) }),
    linkedContacts: linkedContacts.map((contact) => newLinkedContact(vault, _id, { community, ...contact })),
  };
}

/** A phone or chat as a resident's record keeps it: found by its HMAC, and encrypted beside it. */
export function newLinkedContact(vault: Vault, resident: string, contact: CommunityContact): LinkedContact {
  const id = addressHmac(vault, contact);
  return { id, channel: CHANNELS[contact.channel].keptAs, address: vault.encrypt('residentLinkedContact', `${resident}|${id}`, contact.address) };
}

/** Every phone and chat that a resident has, the roster's number first. */
export function contactsOf(vault: Vault, resident: Pick<ResidentRecord, '_id' | 'person' | 'phoneId' | 'linkedContacts'>): ContactPoint[] {
  const { phone } = personOf(vault, resident);
  const linked = resident.linkedContacts
    .filter(({ id }) => id !== resident.phoneId)
    .map(({ id, channel, address }) => ({ channel, address: vault.decrypt('residentLinkedContact', `${resident._id}|${id}`, address) }));
  return phone === undefined ? linked : [phoneContact(phone), ...linked];
}

/** Every phone and chat that a resident has, by its `addressHmac`. */
export function contactIdsOf({ phoneId, linkedContacts }: Pick<ResidentRecord, 'phoneId' | 'linkedContacts'>): string[] {
  return [...new Set([...(phoneId === undefined ? [] : [phoneId]), ...linkedContacts.map(({ id }) => id)])];
}

/** The next residents of a community by their `_id`, those who left among them: from the index alone. */
export async function rosterPage(community: string, after: string, limit: number): Promise<string[]> {
  const found = await collection(Resident)
    .find(
      { community, role: { $in: [...ROLES] }, _id: { $gt: after } },
      { projection: { _id: 1 }, sort: { _id: 1 }, limit, hint: { community: 1, role: 1, _id: 1 } },
    )
    .toArray();
  return found.map(({ _id }) => _id);
}

/** How many were put on a community's roster after one moment and before another, those who have left since with them. */
export async function addedSince(community: string, after: Date, before: Date): Promise<number> {
  return forReaders(Resident).countDocuments({ community, addedAt: { $gt: after, $lt: before } });
}

/** Those of the residents (`_id`s) who asked to be deleted, whether it is done or waits for the seal. */
export async function leavingAmong(residents: readonly string[]): Promise<Set<string>> {
  if (residents.length === 0) return new Set();
  const found = await collection(Resident)
    .find(
      { _id: { $in: [...new Set(residents)] }, $or: [{ erasureRequest: { $exists: true } }, { erasedAt: { $exists: true } }] },
      { projection: { _id: 1 } },
    )
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** How many are on a community's roster now. */
export function countResidents(community: string): Promise<number> {
  return collection(Resident).countDocuments({ community, erasedAt: { $exists: false } });
}

/** The roster's ids of residents (`_id`s); none of those who were deleted. */
export async function rosterIdsOf({ vault }: Pick<World, 'vault'>, residents: readonly string[]): Promise<Map<string, string>> {
  const found = await collection(Resident)
    .find({ _id: { $in: [...residents] } }, { projection: { person: 1 } })
    .toArray();
  return new Map(
    found.flatMap((resident): [string, string][] => {
      const { rosterId } = personOf(vault, resident);
      return rosterId === undefined ? [] : [[resident._id, rosterId]];
    }),
  );
}

/** A phone that the roster gives to one resident without an office, and to nobody else; undefined where there is none among the first thousand. */
export async function phoneOfOneAlone({ vault }: Pick<World, 'vault'>, community: string): Promise<string | undefined> {
  const residents = await collection(Resident)
    .find({ community, phoneId: { $exists: true } }, { limit: 1_000 })
    .toArray();
  const alone = residents.filter(({ phoneId, role }) => role === 'resident' && residents.filter((other) => other.phoneId === phoneId).length === 1);
  const people = alone.map((resident) => personOf(vault, resident));
  const [first] = people.toSorted((one, other) => ((one.rosterId ?? '') < (other.rosterId ?? '') ? -1 : 1));
  return first?.phone;
}
