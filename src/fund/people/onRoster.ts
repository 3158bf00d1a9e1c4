import { native } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import type { Asker, JoinRequestRecord } from './requestToJoin.ts';
import { personOf, placeIdsOf, Resident, type ResidentRecord, residentRecord } from './resident.ts';

/** Puts who asked to join on the roster: as somebody new, or as the resident that was there `before`. What the roster has already stays, what a deletion took comes back from the request. */
export async function putOnRoster(
  vault: Vault,
  { name, building, channel, address }: Asker & Pick<JoinRequestRecord, 'channel'>,
  before: ResidentRecord | null,
  { at, ...who }: { _id: string; community: string; rosterId: string; at: Date },
): Promise<void> {
  const known = before ? personOf(vault, before) : {};
  const given = { name, ...(channel === 'wechat' ? {} : { phone: address }), ...known };
  const place = { ...(building && { building }), ...(before?.building && { building: before.building }) };
  const { ties, ...made } = residentRecord(vault, { ...who, ...given, ...place, role: 'resident', ties: [{ channel, address }], addedAt: at });
  if (!before) {
    await native(Resident).insertOne({ ...made, ties });
    return;
  }
  const { person, phoneId, building: lives } = made;
  await native(Resident).updateOne(
    { _id: who._id },
    {
      $set: { person, ...(phoneId && { phoneId }), ...(lives && { building: lives }) },
      ...(before.ties.every(({ id }) => id !== ties[0]?.id) && { $push: { ties: { $each: ties } } }),
      $unset: { leftAt: 1, leftAddresses: 1, leftKey: 1, leaving: 1 },
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

/** Puts cards in force. With `isMissing` only residents without a card get one; otherwise a card ends the one before and what it tied. */
export async function giveCards(cards: readonly NewCard[], isMissing: boolean, cardMade: Required<ResidentRecord>['cardMade']): Promise<void> {
  await native(Resident).bulkWrite(
    cards.map(({ _id, hmac: card, ended }) =>
      isMissing
        ? { updateOne: { filter: { _id, card: { $exists: false } }, update: { $set: { card, cardMade } } } }
        : { updateOne: { filter: { _id }, update: { $set: { card, cardMade, ties: [] }, ...(ended && { $addToSet: { endedCards: ended } }) } } },
    ),
  );
}

/** Notes that a resident asked to be deleted. */
export async function noteLeaving(_id: string, leaving: Required<ResidentRecord>['leaving']): Promise<void> {
  await native(Resident).updateOne({ _id, leftAt: { $exists: false } }, { $set: { leaving } });
}

/** Takes a resident off the roster, unless they took it back meanwhile. Of phones, chats and card HMACs stay until `forgetLeaversUntil`. */
export async function takeOffRoster(resident: ResidentRecord & Required<Pick<ResidentRecord, 'leaving'>>): Promise<void> {
  const { _id, leaving } = resident;
  await native(Resident).updateOne(
    { _id, 'leaving.key': leaving.key },
    {
      $set: { role: 'resident', ties: [], leftAt: leaving.at, leftKey: leaving.key, leftAddresses: [...placeIdsOf(resident), leaving.from] },
      $unset: { person: 1, phoneId: 1, building: 1, language: 1, cardMade: 1, endedCards: 1, leaving: 1 },
    },
  );
}

/** Removes what was kept of residents who left before a moment, to tell whether they come back. */
export async function forgetLeaversUntil(community: string, moment: Date): Promise<void> {
  await native(Resident).updateMany(
    { community, leftAddresses: { $exists: true }, leftAt: { $lt: moment } },
    { $unset: { leftAddresses: 1, leftKey: 1, card: 1 } },
  );
}
