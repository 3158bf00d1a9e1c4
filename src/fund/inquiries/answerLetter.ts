import { answerReach } from '../../contacts/contact.ts';
import type { Notice, Tell } from '../../contacts/tell.ts';
import { native } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Community } from '../communities/index.ts';
import { Resident } from '../people/index.ts';
import { encryptedAnswer, Letter, type LetterRecord, letterAddress } from './letter.ts';

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

/** Tells who wrote a letter something about it; false where they have been deleted since. */
export async function tellAuthor(
  { vault }: Pick<World, 'vault'>,
  tell: Tell,
  letter: LetterRecord,
  occasion: string | undefined,
  said: Notice['said'],
): Promise<boolean> {
  const { _id, channel, resident } = letter;
  const address = letterAddress(vault, letter);
  if (address === undefined) return false;
  const [community, person] = await Promise.all([
    native(Community).findOne({ _id: _id.community }, { projection: { language: 1 } }),
    resident === undefined ? null : native(Resident).findOne({ _id: resident }, { projection: { language: 1 } }),
  ]);
  await tell({
    occasion: ['letter', _id.community, _id.number, ...(occasion ? [occasion] : [])].join('|'),
    community: _id.community,
    ...answerReach({ channel, address }),
    ...(resident && { resident }),
    language: person?.language ?? community?.language ?? 'zh-CN',
    kind: 'answer',
    said,
  });
  return true;
}
