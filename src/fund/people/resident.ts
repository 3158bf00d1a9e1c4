import { model, Schema } from 'mongoose';
import type { Channel } from '../../contacts/act.ts';
import { addressHmac, type Place } from '../../contacts/contact.ts';
import { native } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { Vault } from '../../store/vault.ts';

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
  leftAddresses?: string[];
  /** Asked to be deleted while voting was open, on which day (`wholeDay`), by which act and from where (`addressHmac(…)`): done after the seal (`leaveDue`), taken back by 恢复. */
  leaving?: { at: Date; key: string; from: string };
  /** The act that asked to be deleted: it counts once. */
  leftKey?: string;
  /** Phones and chats tied by card or by `accept`. */
  ties: Tie[];
  addedAt: Date;
  /** The day (`wholeDay`) on which they asked to be deleted. */
  leftAt?: Date;
}

/** A phone (`sms`, also for calls) or a chat that belongs to somebody. */
interface Tie {
  /** `addressHmac(…)`. */
  id: string;
  channel: 'sms' | 'wechat';
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
    leftAddresses: { type: [String], default: undefined },
    leaving: { type: { at: Date, key: String, from: String }, _id: false },
    leftKey: String,
    ties: { type: [{ type: { id: String, channel: String, address: Buffer }, _id: false }], required: true },
    addedAt: { type: Date, required: true },
    leftAt: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'residents' },
);
// what every turn looks for, in whichever community: there is one index for it and none to choose
schema.index({ phoneId: 1 });
schema.index({ 'ties.id': 1 });
schema.index({ community: 1, phoneId: 1 });
schema.index({ community: 1, building: 1, phoneId: 1 });
schema.index({ community: 1, card: 1 }, { unique: true, partialFilterExpression: { card: { $exists: true } } });
schema.index({ community: 1, leftAddresses: 1 }, { partialFilterExpression: { leftAddresses: { $exists: true } } });
schema.index({ leaving: 1 }, { partialFilterExpression: { leaving: { $exists: true } } });
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
export interface ResidentGiven extends Omit<ResidentRecord, 'person' | 'phoneId' | 'ties'>, Person {
  readonly ties?: readonly Place[];
}

/** The record of somebody on the roster. */
export function residentRecord(vault: Vault, { rosterId, name, phone, ties = [], ...resident }: ResidentGiven): ResidentRecord {
  const { _id, community } = resident;
  return {
    ...resident,
    person: encryptedPerson(vault, _id, { rosterId, name, phone }),
    ...(phone !== undefined && { phoneId: addressHmac(vault, { community, channel: 'sms', address: phone }) }),
    ties: ties.map((place) => newTie(vault, _id, { community, ...place })),
  };
}

/** A phone or chat as a resident's record keeps it: found by its HMAC, and encrypted beside it. */
export function newTie(vault: Vault, resident: string, place: { community: string; channel: Channel; address: string }): Tie {
  const id = addressHmac(vault, place);
  const channel = place.channel === 'wechat' ? 'wechat' : 'sms';
  return { id, channel, address: vault.encrypt('residentTie', `${resident}|${id}`, place.address) };
}

/** Every phone and chat that a resident has, the roster's number first. */
export function placesOf(vault: Vault, resident: Pick<ResidentRecord, '_id' | 'person' | 'phoneId' | 'ties'>): Place[] {
  const { phone } = personOf(vault, resident);
  const tied = resident.ties
    .filter(({ id }) => id !== resident.phoneId)
    .map(({ id, channel, address }) => ({ channel, address: vault.decrypt('residentTie', `${resident._id}|${id}`, address) }));
  return phone === undefined ? tied : [{ channel: 'sms', address: phone }, ...tied];
}

/** Every phone and chat that a resident has, by its `addressHmac`. */
export function placeIdsOf({ phoneId, ties }: Pick<ResidentRecord, 'phoneId' | 'ties'>): string[] {
  return [...new Set([...(phoneId === undefined ? [] : [phoneId]), ...ties.map(({ id }) => id)])];
}

/** The next residents of a community by their `_id`, those who left among them: from the index alone. */
export async function rosterPage(community: string, after: string, limit: number): Promise<string[]> {
  const found = await native(Resident)
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
  const found = await native(Resident)
    .find({ _id: { $in: [...new Set(residents)] }, $or: [{ leaving: { $exists: true } }, { leftAt: { $exists: true } }] }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}
