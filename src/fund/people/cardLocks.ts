import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { Address, needingCard } from '../../contacts/addressBook.ts';
import { addressHmac, type CommunityContact, type ContactPoint, contactText, parseContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { encrypted, index, optional, type RecordOf, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS, HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { SEES_PEOPLE } from './actor.ts';
import { contactsOf, personOf, Resident, type ResidentRecord } from './resident.ts';
import { view } from './view.ts';

const MINUTE_MS = 60 * 1000;
/** Wrong cards from one address, in all communities together. After so many, card entry is locked there for a day. */
const MOST_HERE = 5;
/** Wrong cards in a community within an hour. After so many, card entry is locked for an hour for numbers that are not on its roster. */
const EVERYWHERE = 500;

/** Where cards are shown: a phone or chat, or a hall's tablet, by the id of its session. Whoever opens the tablet anew ends its lock. */
export type CardPlace = CommunityContact | { readonly community: string; readonly tablet: string };

/** Counts a wrong card: once for each turn, however often the turn comes. Gives how many more cards may be tried from here before the lock. */
export async function countWrongCard(world: World, act: CardPlace & Pick<Act, 'key' | 'at'>): Promise<number> {
  const { count, isNew } = await countHere(world, act);
  if (isNew) await countEverywhere(act);
  return Math.max(0, MOST_HERE - count);
}

async function countHere({ vault }: World, act: CardPlace & Pick<Act, 'key' | 'at'>): Promise<{ count: number; isNew: boolean }> {
  const { at, community } = act;
  const _id = wrongCardsId(vault, act);
  const place = { community, address: vault.encrypt('wrongCardsAddress', _id, placeText(act)) };
  const key = vault.hmac('act', act.key, 'countWrongCard');
  const dayAgo = new Date(at.getTime() - DAY_MS);
  const isCounted = { $eq: ['$key', key] };
  const more = { $cond: [{ $gt: ['$at', dayAgo] }, { $add: ['$count', 1] }, 1] };
  const before = await collection(WrongCards).findOneAndUpdate(
    { _id },
    [{ $set: { count: { $cond: [isCounted, '$count', more] }, at: { $cond: [isCounted, '$at', at] }, key, ...place } }],
    { upsert: true, returnDocument: 'before' },
  );
  if (before?.key === key) return { count: before.count, isNew: false };
  return { count: before && before.at > dayAgo ? before.count + 1 : 1, isNew: true };
}

async function countEverywhere({ at, community }: Pick<Act, 'at' | 'community'>): Promise<void> {
  const minute = Math.floor(at.getTime() / MINUTE_MS);
  const known = { $ifNull: ['$minutes', []] };
  const others = { $filter: { input: known, cond: { $and: [{ $gt: ['$$this.minute', minute - 60] }, { $ne: ['$$this.minute', minute] }] } } };
  const same = { $filter: { input: known, cond: { $eq: ['$$this.minute', minute] } } };
  const wrong = { $reduce: { input: same, initialValue: 1, in: { $add: ['$$value', '$$this.wrong'] } } };
  const isTooMany = { $gte: [{ $sum: '$minutes.wrong' }, EVERYWHERE] };
  await collection(CardGuard).updateOne(
    { _id: community },
    [
      { $set: { minutes: { $concatArrays: [others, [{ minute, wrong }]] } } },
      { $set: { lockedUntil: { $cond: [isTooMany, new Date(at.getTime() + HOUR_MS), '$lockedUntil'] } } },
    ],
    { upsert: true },
  );
}

/**
 * Whether card entry is locked for an act. `here`: from this phone or chat, for a day. `strangers`: in the whole community, for an hour, for people
 * who are not on the roster.
 */
export async function cardLock({ vault }: World, act: CardPlace & Pick<Act, 'at'>): Promise<{ readonly here: boolean; readonly strangers: boolean }> {
  const [here, strangers] = await Promise.all([
    collection(WrongCards).findOne({
      _id: wrongCardsId(vault, act),
      count: { $gte: MOST_HERE },
      at: { $gt: new Date(act.at.getTime() - DAY_MS) },
    }),
    collection(CardGuard).findOne({ _id: act.community, lockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
  ]);
  return { here: here !== null, strangers: strangers !== null };
}

/** Ends the lock of card entry of a phone or chat in a transaction; gives false if it had none. */
export async function endCardLock({ vault }: Pick<World, 'vault'>, from: ContactPoint, at: Date, session: mongo.ClientSession): Promise<boolean> {
  const wrong = await collection(WrongCards).findOneAndDelete({ _id: wrongCardsId(vault, from) }, { session });
  return wrong !== null && isLocking(wrong, at);
}

function isLocking({ count, at: last }: WrongCardsRecord, at: Date): boolean {
  return count >= MOST_HERE && last.getTime() > at.getTime() - DAY_MS;
}

/** What locks a phone or chat. `wrongCards`: five wrong cards came from it, so that none is taken for a day. `needsCard`: after `不是我`. */
export interface LockFound {
  readonly wrongCards: boolean;
  readonly needsCard: boolean;
}

/** The locks of phones and chats, in the same order. */
export async function locksOf({ vault, now }: Pick<World, 'vault' | 'now'>, contacts: readonly CommunityContact[]): Promise<LockFound[]> {
  const ids = contacts.map((contact) => ({ address: addressHmac(vault, contact), wrong: wrongCardsId(vault, contact) }));
  const [wrong, needing] = await Promise.all([
    collection(WrongCards)
      .find({ _id: { $in: ids.map((id) => id.wrong) }, ...lockedAt(now()) }, { projection: { _id: 1 } })
      .toArray(),
    collection(Address)
      .find({ _id: { $in: ids.map((id) => id.address) }, needsCard: { $exists: true } }, { projection: { _id: 1 } })
      .toArray(),
  ]);
  const [areWrong, areNeeding] = [new Set(wrong.map(({ _id }) => _id)), new Set(needing.map(({ _id }) => _id))];
  return ids.map((id) => ({ wrongCards: areWrong.has(id.wrong), needsCard: areNeeding.has(id.address) }));
}

function lockedAt(now: Date) {
  return { count: { $gte: MOST_HERE }, at: { $gt: new Date(now.getTime() - DAY_MS) } };
}

/** A phone or chat that is locked, as a cadre reads it. */
export interface ListedLock extends LockFound {
  /** Absent if nobody on the roster holds it any more. */
  readonly contact: ContactPoint | undefined;
  /** Those on the roster who hold it. */
  readonly holders: readonly (Pick<ResidentRecord, '_id' | 'building'> & { readonly name: string | undefined })[];
}

/** Locks of each kind that are listed at once. */
const MOST_LISTED = 100;

/**
 * The phones and chats of a community that are locked: those from which the wrong cards came today, and those that need the card, page by page.
 * `next`: the page that follows, by what is to be given as `after`.
 */
export const readLocks = view({
  name: 'lock.list',
  may: SEES_PEOPLE,
  query: async (
    { world: { vault, now }, community },
    after: string | undefined,
  ): Promise<{ readonly locks: ListedLock[]; readonly next: string | undefined }> => {
    const [wrong, needing] = await Promise.all([
      after !== undefined
        ? []
        : collection(WrongCards)
            .find({ community, ...lockedAt(now()) }, { sort: { at: -1 }, limit: MOST_LISTED, promoteBuffers: true })
            .toArray(),
      needingCard(community, after ?? '', MOST_LISTED),
    ]);
    const tried = wrong.flatMap(({ _id, address }) => parseContact(textIfOurs(vault, 'wrongCardsAddress', _id, address) ?? '') ?? []);
    const contacts = new Map(tried.map((contact) => [addressHmac(vault, { community, ...contact }), contact]));
    const ids = [...new Set([...contacts.keys(), ...needing])];
    const residents = await collection(Resident)
      .find({ community, $or: [{ phoneId: { $in: ids } }, { 'linkedContacts.id': { $in: ids } }] }, { promoteBuffers: true })
      .toArray();
    const held = residents.flatMap((resident) =>
      contactsOf(vault, resident).map((contact) => ({ id: addressHmac(vault, { community, ...contact }), contact, resident })),
    );
    const locks = ids.map((id) => {
      const here = held.filter((one) => one.id === id);
      return {
        contact: contacts.get(id) ?? here[0]?.contact,
        holders: here.map(({ resident }) => ({ _id: resident._id, building: resident.building, name: personOf(vault, resident).name })),
        wrongCards: contacts.has(id),
        needsCard: needing.includes(id),
      };
    });
    return { locks, next: needing.length === MOST_LISTED ? needing.at(-1) : undefined };
  },
});

/** `_id` of the record of a phone's or chat's wrong cards, which is the same in every community. */
function wrongCardsId(vault: Vault, from: ContactPoint | CardPlace): string {
  return vault.hmac('wrongCards', placeText(from));
}

function placeText(from: ContactPoint | CardPlace): string {
  return 'tablet' in from ? `tablet|${from.tablet}` : contactText(from);
}

/**
 * The wrong cards that one phone or chat has shown in all communities together. Only cards with a right check digit count. Forgotten after a day
 * without a wrong card.
 */
export const WrongCards = records(
  'wrongcards',
  {
    /** `vault.hmac('wrongCards', contact)`. */
    _id: String,
    /** At five, card entry is locked there, for a day from the last wrong card. */
    count: Number,
    /** When the last wrong card came, and the key of its act: no act counts twice. */
    at: Date,
    key: String,
    /** The community in which it was tried, and the phone or chat (`contactText`), encrypted: a cadre sees who is locked. */
    community: String,
    address: encrypted('wrongCardsAddress'),
  },
  [index({ at: 1 }), index({ community: 1, at: 1 })],
);
export type WrongCardsRecord = RecordOf<typeof WrongCards>;

/** The wrong cards of a community's last hour. At five hundred, card entry is locked for an hour for numbers that are not on its roster. */
export const CardGuard = records('cardguards', {
  /** The slug. */
  _id: String,
  /** How many wrong cards came in each minute (since the epoch) that had some; sixty minutes at most. */
  minutes: [{ minute: Number, wrong: Number }],
  lockedUntil: optional(Date),
});
