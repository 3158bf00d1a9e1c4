import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { answerReach } from '../answerReach.ts';
import { Community } from '../records/community.ts';
import type { LetterRecord } from '../records/letter.ts';
import { Resident } from '../records/resident.ts';
import type { Notice, Tell } from '../tell.ts';
import { letterAddress } from './letterText.ts';

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
