import { native } from '../../store/native.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';

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
