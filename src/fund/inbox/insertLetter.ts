import { native } from '../../store/native.ts';
import { isDuplicate } from '../isDuplicate.ts';
import { numbered } from '../numbered.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';

/** Gives the letter its number in the community's inbox; written before under its key, that one's. */
export function insertLetter(community: string, letter: Omit<LetterRecord, '_id'>): Promise<number> {
  const letters = native(Letter);
  return numbered(
    async () => (await letters.findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number,
    async (number) => {
      try {
        await letters.insertOne({ _id: { community, number }, ...letter } satisfies LetterRecord);
        return number;
      } catch (error) {
        const mine = isDuplicate(error) && (await letters.findOne({ key: letter.key }, { projection: { _id: 1 } }));
        if (mine) return mine._id.number;
        throw error;
      }
    },
  );
}
