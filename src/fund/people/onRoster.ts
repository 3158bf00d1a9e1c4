import { type mongo, Types } from 'mongoose';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { index, oneOf, type RecordOf, records } from '../../store/records.ts';
import type { Vault } from '../../store/vault.ts';
import type { Actor } from './actor.ts';
import { withNew } from './newContact.ts';
import type { Asker, MembershipRequestRecord } from './requestMembership.ts';
import { cardMark, contactIdsOf, personOf, Resident, type ResidentRecord, residentRecord } from './resident.ts';
import { ofEach, PLAIN, type PlainField } from './residentFields.ts';

/**
 * Puts a person who asked to join on the roster: as a new resident, or as the resident who was there `before`. What the roster has already stays;
 * what a deletion removed comes back from the request. `newIn`: the cycle in whose vote the phone or chat is new for who was there before.
 */
export async function putOnRoster(
  vault: Vault,
  { name, building, channel, address }: Asker & Pick<MembershipRequestRecord, 'channel'>,
  before: ResidentRecord | null,
  { at, newIn, ...who }: { _id: string; community: string; rosterId: string; at: Date; newIn: string | undefined },
  session: mongo.ClientSession,
): Promise<void> {
  const known = before ? personOf(vault, before) : {};
  const given = { name, ...(CHANNELS[channel].isPhone && address !== '' && { phone: address }), ...known };
  const place = { ...(building && { building }), ...(before?.building && { building: before.building }) };
  const { linkedContacts, ...made } = residentRecord(vault, {
    ...who,
    ...given,
    ...place,
    role: 'resident',
    linkedContacts: address === '' ? [] : [{ channel, address }],
    addedAt: at,
  });
  if (!before) {
    await collection(Resident).insertOne({ ...made, linkedContacts }, { session });
    return;
  }
  const { person, searchKeys = [], phoneId, building: lives } = made;
  await collection(Resident).updateOne(
    { community: who.community, _id: who._id },
    {
      $set: {
        ...{ person, searchKeys, ...(phoneId && { phoneId }), ...(lives && { building: lives }) },
        ...(newIn !== undefined && {
          newContacts: withNew(before.newContacts, addressHmac(vault, { community: who.community, channel, address }), newIn),
        }),
      },
      ...(linkedContacts.length > 0 &&
        before.linkedContacts.every(({ id }) => id !== linkedContacts[0]?.id) && { $push: { linkedContacts: { $each: linkedContacts } } }),
      $unset: { erasedAt: 1, erasedAddresses: 1, erasureKey: 1, erasureRequest: 1 },
    },
    { session },
  );
}

interface NewCard {
  /** The resident's `_id`. */
  readonly _id: string;
  /** `cardHmac(…)`. */
  readonly hmac: string;
  /** The card that it replaces; absent if the resident has none. */
  readonly ended?: string | undefined;
}

/**
 * Puts cards in force: a card ends the card before it, and the contacts that the old card linked. The caller has looked in the same transaction whether
 * they have still the cards that it replaces.
 */
export async function giveCards(
  vault: Vault,
  community: string,
  cards: readonly NewCard[],
  cardMade: Required<ResidentRecord>['cardMade'],
  session: mongo.ClientSession,
): Promise<void> {
  await collection(Resident).bulkWrite(
    cards.map(({ _id, hmac: card, ended }) => ({
      updateOne: {
        filter: { community, _id },
        update: {
          $set: { card, cardMark: cardMark(vault, _id, card, cardMade.at), cardMade, ...(ended && { linkedContacts: [] }) },
          ...(ended && { $addToSet: { endedCards: ended } }),
        },
      },
    })),
    { session },
  );
}

/** Notes that a resident asked to be deleted. */
export async function noteLeaving(
  { _id, community }: Pick<ResidentRecord, '_id' | 'community'>,
  erasureRequest: Required<ResidentRecord>['erasureRequest'],
  session?: mongo.ClientSession,
): Promise<void> {
  await collection(Resident).updateOne({ community, _id, erasedAt: { $exists: false } }, { $set: { erasureRequest } }, session ? { session } : {});
}

/**
 * Takes a resident off the roster, unless they have taken their request back meanwhile. The HMACs of phones, chats and card stay until
 * `forgetLeaversUntil`.
 */
export async function takeOffRoster(resident: ResidentRecord & Required<Pick<ResidentRecord, 'erasureRequest'>>): Promise<void> {
  const { _id, community, erasureRequest } = resident;
  await collection(Resident).updateOne(
    { community, _id, 'erasureRequest.key': erasureRequest.key },
    {
      $set: {
        role: 'resident',
        linkedContacts: [],
        erasedAt: erasureRequest.at,
        erasureKey: erasureRequest.key,
        erasedAddresses: [...contactIdsOf(resident), erasureRequest.from],
      },
      $unset: {
        ...{
          person: 1,
          searchKeys: 1,
          phoneId: 1,
          officeMark: 1,
          ...ofEach(
            () => 1 as const,
            PLAIN.filter((name) => name !== 'role'),
          ),
        },
        ...{ newContacts: 1, cardMade: 1, endedCards: 1, erasureRequest: 1 },
      },
    },
  );
}

/** Notes of a resident who leaves that details of the log about their keys stay, or of those who left that they are gone. */
export async function noteDetails(which: { readonly community: string; readonly _id: string | readonly string[] }, stay: boolean): Promise<void> {
  const _id = typeof which._id === 'string' ? which._id : { $in: [...which._id] };
  const change = stay ? { $set: { detailsStay: true as const } } : { $unset: { detailsStay: 1 as const } };
  await collection(Resident).updateMany({ community: which.community, _id }, change);
}

/** Removes what was kept of residents who left before a moment. It was kept to tell whether they come back. */
export async function forgetLeaversUntil(community: string, moment: Date): Promise<void> {
  await collection(Resident).updateMany(
    { community, erasedAddresses: { $exists: true }, erasedAt: { $lt: moment } },
    { $unset: { erasedAddresses: 1, erasureKey: 1, card: 1, cardMark: 1 } },
  );
}

/** The changes that are made to a roster at once. */
export interface RosterChanges {
  readonly added: readonly ResidentRecord[];
  readonly changed: readonly {
    readonly _id: string;
    readonly set: Partial<ResidentRecord>;
    readonly unset: readonly (PlainField | 'phoneId')[];
    /** The resident has another card than before: the old card ends, and so do the contacts that it linked. */
    readonly endsLinks: boolean;
    /**
     * `phoneId` of the phone that they had and have no more: it ends itself, if it was linked as well, and so do chats that digits sent to it linked. A chat
     * that the card linked stays, as it does not hang on the phone: whoever writes there showed the card, and a new card ends it. So does one from which a
     * request was accepted.
     */
    readonly phoneLeft?: string | undefined;
  }[];
  /** `_id`s of residents. */
  readonly removed: readonly string[];
}

/** Residents in one command: few enough that the answer comes well within the connection's time limit. */
const CHUNK = 1_000;

/** Changes a community's roster in a transaction. A card that goes to another resident is first taken from the resident who had it. */
export async function changeResidents(
  community: string,
  { added, changed, removed }: RosterChanges,
  session: mongo.ClientSession,
  progress?: (done: number, total: number) => void,
): Promise<void> {
  const residents = collection(Resident);
  const newCards = changed.filter(({ set }) => set.card !== undefined).map(({ _id }) => _id);
  const total = removed.length + newCards.length + changed.length + added.length;
  let done = 0;
  const each = async <Item>(items: readonly Item[], write: (chunk: Item[]) => Promise<unknown>) => {
    for (let start = 0; start < items.length; start += CHUNK) {
      const chunk = items.slice(start, start + CHUNK);
      await write(chunk);
      done += chunk.length;
      progress?.(done, total);
    }
  };
  await each(removed, (_ids) => residents.deleteMany({ community, _id: { $in: _ids } }, { session }));
  await each(newCards, (_ids) =>
    residents.updateMany({ community, _id: { $in: _ids } }, { $unset: { card: 1, cardMark: 1, cardMade: 1 } }, { session }),
  );
  await each(changed, (chunk) =>
    residents.bulkWrite(
      chunk.flatMap((one) => asUpdates(community, one)),
      { session },
    ),
  );
  await each(added, (chunk) => residents.insertMany(chunk, { session }));
}

function asUpdates(
  community: string,
  { _id, set, unset, endsLinks, phoneLeft }: RosterChanges['changed'][number],
): mongo.AnyBulkWriteOperation<ResidentRecord>[] {
  const $unset = Object.fromEntries(unset.map((field) => [field, 1 as const]));
  const ended = phoneLeft === undefined || endsLinks ? [] : [{ id: phoneLeft }, { linkedBy: { $nin: ['card' as const, 'request' as const] } }];
  return [
    { updateOne: { filter: { community, _id }, update: { $set: { ...set, ...(endsLinks && { linkedContacts: [] }) }, $unset } } },
    ...ended.map((linkedContacts) => ({ updateOne: { filter: { community, _id }, update: { $pull: { linkedContacts } } } })),
  ];
}

export type Changed = Pick<KeyChangeRecord, 'resident' | 'what'>;

/**
 * Records phones and cards that change while voting is open, with the person who changes them and the reason (docs/contract.md: The vote), in the
 * transaction that changes them: no change is in force without a record.
 */
export async function recordKeyChanges(
  community: string,
  changed: readonly Changed[],
  { actor, reason, at }: { readonly actor: Actor; readonly reason: string; readonly at: Date },
  session: mongo.ClientSession,
): Promise<void> {
  if (changed.length === 0) return;
  const records = changed.map(({ resident, what }) => ({
    _id: new Types.ObjectId(),
    community,
    resident,
    what,
    by: actor.name,
    reason,
    at,
  }));
  await collection(KeyChange).insertMany(records, { session });
}

/** How many phones and cards of a community were changed after one moment and before another. */
export async function keyChangesSince(community: string, after: Date, before: Date): Promise<{ phones: number; cards: number }> {
  const count = (what: KeyChangeRecord['what']) => forReaders(KeyChange).countDocuments({ community, what, at: { $gt: after, $lt: before } });
  const [phones, cards] = await Promise.all([count('phone'), count('card')]);
  return { phones, cards };
}

/**
 * A phone or card by which a resident votes, changed by hand while voting was open. The number of these changes is public; who made them and why is
 * kept.
 */
export const KeyChange = records(
  'keychanges',
  {
    _id: Types.ObjectId,
    community: String,
    /** `_id` of the resident whose phone or card it is. */
    resident: String,
    /** `phone` stands for a chat as well. */
    what: oneOf(['phone', 'card']),
    by: String,
    reason: String,
    at: Date,
  },
  [index({ community: 1, what: 1, at: 1 })],
);
type KeyChangeRecord = RecordOf<typeof KeyChange>;
