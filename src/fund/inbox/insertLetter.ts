import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { isDuplicate } from '../isDuplicate.ts';
import { numbered } from '../numbered.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';
import { addressHmac } from '../roster/addressHmac.ts';
import { encryptedLetter, encryptedLetterAddress } from './letterText.ts';

/** A letter as it comes in. */
export interface NewLetter extends Omit<LetterRecord, '_id' | 'text' | 'address' | 'from'> {
  readonly text: string;
  readonly address: string;
}

/** Gives the letter its number in the community's inbox; written before under its key, that one's. */
export function insertLetter({ vault }: World, community: string, { text, address, ...letter }: NewLetter): Promise<number> {
  const letters = native(Letter);
  return numbered(
    async () => (await letters.findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number,
    async (number) => {
      const _id = { community, number };
      const encrypted = { ...(text !== '' && { text: encryptedLetter(vault, _id, text) }), address: encryptedLetterAddress(vault, _id, address) };
      const from = addressHmac(vault, { community, channel: letter.channel, address });
      try {
        await letters.insertOne({ _id, ...letter, ...encrypted, from } satisfies LetterRecord);
        return number;
      } catch (error) {
        const mine = isDuplicate(error) && (await letters.findOne({ key: letter.key }, { projection: { _id: 1 } }));
        if (mine) return mine._id.number;
        throw error;
      }
    },
  );
}
