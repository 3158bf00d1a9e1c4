import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Community } from '../records/community.ts';
import { Letter } from '../records/letter.ts';
import type { Tell } from '../tell.ts';
import { encryptedAnswer } from './letterText.ts';
import { tellAuthor } from './tellAuthor.ts';

export type LetterAnswered =
  /** `told`: it is on its way; not where who asked has been deleted since. */
  { readonly answered: true; readonly told: boolean } | { readonly refused: 'noCommunity' | 'noLetter' | 'answered' };

/** Answers what lies in the inbox, once; the answer goes to where it came from. */
export function answerLetter(
  world: World,
  tell: Tell,
): (answer: { community: string; number: number; text: string; by: string }) => Promise<LetterAnswered> {
  return async ({ community: slug, number, text, by }) => {
    const _id = { community: slug, number };
    const [community, letter] = await Promise.all([native(Community).findOne({ _id: slug }), native(Letter).findOne({ _id })]);
    if (!community) return { refused: 'noCommunity' };
    if (!letter) return { refused: 'noLetter' };
    if (letter.answer) return { refused: 'answered' };
    const told = await tellAuthor(world, tell, letter, undefined, { key: 'notice.answered', params: { number, answer: text } });
    await native(Letter).updateOne(
      { _id, answer: { $exists: false } },
      { $set: { answer: { text: encryptedAnswer(world.vault, _id, text), by, at: world.now() } } },
    );
    return { answered: true, told };
  };
}
