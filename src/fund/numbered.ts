import { isDuplicate } from './isDuplicate.ts';

/** Each try is lost only to somebody who got a number. */
const TRIES = 100;

/**
 * Inserts something that gets the next number of its kind, without gaps. `last` gives the highest number there is, `insert` tries one;
 * a number that somebody else took meanwhile is followed by the next. Any other duplicate is the caller's: `insert` answers it
 * itself, or throws and `numbered` rejects when the tries are used up.
 */
export async function numbered<Made>(last: () => Promise<number | undefined>, insert: (number: number) => Promise<Made>): Promise<Made> {
  for (let tries = 1; ; tries++) {
    const number = ((await last()) ?? 0) + 1;
    try {
      return await insert(number);
    } catch (error) {
      if (!isDuplicate(error) || tries >= TRIES) throw error;
    }
  }
}
