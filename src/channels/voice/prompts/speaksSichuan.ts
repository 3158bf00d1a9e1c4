import type { World } from '../../../store/world.ts';
import { isOffered } from './isOffered.ts';
import { neededPrompts } from './neededPrompts.ts';
import type { Phrases } from './phraseOf.ts';
import { promptBook } from './promptBook.ts';

const SICHUAN = 'zh-CN-sichuan';

/** Whether a community's phone line speaks 四川话: no synthesis does. */
export function speaksSichuan(world: World, phrases: Phrases): (community: string) => Promise<boolean> {
  const bookOf = promptBook(world);
  return async (community) => {
    const book = await bookOf(community);
    return isOffered(phrases, neededPrompts(phrases, SICHUAN, book.cycle), (key) => book.has(SICHUAN, key));
  };
}
