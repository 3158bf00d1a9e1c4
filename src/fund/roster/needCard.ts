import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import { Address } from '../records/addressBook.ts';
import { consentWords } from './consentWords.ts';
import { wholeDay } from './wholeDay.ts';

/** From now on every ballot from a phone or chat (`addressHmac`) needs the card. */
export async function needCard(_id: string): Promise<void> {
  await native(Address).updateOne({ _id }, { $set: { needsCard: true }, $setOnInsert: { log: [] } }, { upsert: true });
}

/** Ballots from a phone or chat (`addressHmac`) need no card any more, with who ended it; false where they needed none. `isNoted` writes it down even then. */
export async function needNoCard(vault: Vault, _id: string, at: Date, by: string, isNoted: boolean): Promise<boolean> {
  const { matchedCount } = await native(Address).updateOne(
    { _id, ...(!isNoted && { needsCard: { $exists: true } }) },
    {
      $unset: { needsCard: 1 },
      $push: { log: { $each: [{ what: 'unlock' as const, at: wholeDay(at), words: consentWords(vault, _id, by) }], $slice: -50 } },
    },
    { upsert: isNoted },
  );
  return matchedCount === 1;
}
