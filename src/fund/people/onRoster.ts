import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import type { Asker, MembershipRequestRecord } from './requestMembership.ts';
import { personOf, placeIdsOf, Resident, type ResidentRecord, residentRecord } from './resident.ts';

/** Puts who asked to join on the roster: as somebody new, or as the resident that was there `before`. What the roster has already stays, what a deletion took comes back from the request. */
export async function putOnRoster(
  vault: Vault,
  { name, building, channel, address }: Asker & Pick<MembershipRequestRecord, 'channel'>,
  before: ResidentRecord | null,
  { at, ...who }: { _id: string; community: string; rosterId: string; at: Date },
): Promise<void> {
  const known = before ? personOf(vault, before) : {};
  const given = { name, ...(channel === 'wechat' ? {} : { phone: address }), ...known };
  const place = { ...(building && { building }), ...(before?.building && { building: before.building }) };
  const { linkedContacts, ...made } = residentRecord(vault, {
    ...who,
    ...given,
    ...place,
    role: 'resident',
    linkedContacts: [{ channel, address }],
    addedAt: at,
  });
  if (!before) {
    await collection(Resident).insertOne({ ...made, linkedContacts });
    return;
  }
  const { person, phoneId, building: lives } = made;
  await collection(Resident).updateOne(
    { _id: who._id },
    {
      $set: { person, ...(phoneId && { phoneId }), ...(lives && { building: lives }) },
      ...(before.linkedContacts.every(({ id }) => id !== linkedContacts[0]?.id) && { $push: { linkedContacts: { $each: linkedContacts } } }),
      $unset: { erasedAt: 1, erasedAddresses: 1, erasureKey: 1, erasureRequest: 1 },
    },
  );
}

interface NewCard {
  /** The resident's. */
  readonly _id: string;
  /** `cardHmac(…)`. */
  readonly hmac: string;
  /** The card it replaces. */
  readonly ended?: string | undefined;
}

/** Puts cards in force. With `isMissing` only residents without a card get one; otherwise a card ends the one before and what it linked. */
export async function giveCards(cards: readonly NewCard[], isMissing: boolean, cardMade: Required<ResidentRecord>['cardMade']): Promise<void> {
  await collection(Resident).bulkWrite(
    cards.map(({ _id, hmac: card, ended }) =>
      isMissing
        ? { updateOne: { filter: { _id, card: { $exists: false } }, update: { $set: { card, cardMade } } } }
        : {
            updateOne: {
              filter: { _id },
              update: { $set: { card, cardMade, linkedContacts: [] }, ...(ended && { $addToSet: { endedCards: ended } }) },
            },
          },
    ),
  );
}

/** Notes that a resident asked to be deleted. */
export async function noteLeaving(_id: string, erasureRequest: Required<ResidentRecord>['erasureRequest']): Promise<void> {
  await collection(Resident).updateOne({ _id, erasedAt: { $exists: false } }, { $set: { erasureRequest } });
}

/** Takes a resident off the roster, unless they took it back meanwhile. Of phones, chats and card HMACs stay until `forgetLeaversUntil`. */
export async function takeOffRoster(resident: ResidentRecord & Required<Pick<ResidentRecord, 'erasureRequest'>>): Promise<void> {
  const { _id, erasureRequest } = resident;
  await collection(Resident).updateOne(
    { _id, 'erasureRequest.key': erasureRequest.key },
    {
      $set: {
        role: 'resident',
        linkedContacts: [],
        erasedAt: erasureRequest.at,
        erasureKey: erasureRequest.key,
        erasedAddresses: [...placeIdsOf(resident), erasureRequest.from],
      },
      $unset: { person: 1, phoneId: 1, building: 1, language: 1, cardMade: 1, endedCards: 1, erasureRequest: 1 },
    },
  );
}

/** Removes what was kept of residents who left before a moment, to tell whether they come back. */
export async function forgetLeaversUntil(community: string, moment: Date): Promise<void> {
  await collection(Resident).updateMany(
    { community, erasedAddresses: { $exists: true }, erasedAt: { $lt: moment } },
    { $unset: { erasedAddresses: 1, erasureKey: 1, card: 1 } },
  );
}
