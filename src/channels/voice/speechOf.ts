import type { ListStyle } from '../../dialog/manner.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import type { Words } from '../../dialog/wording.ts';
import { promptPath } from '../../fund/audio/promptPath.ts';
import type { CommunityRecord } from '../../fund/records/community.ts';
import type { World } from '../../store/world.ts';
import type { Speech } from './lineOf.ts';
import { voiceLists } from './lists.ts';
import type { Phrases } from './prompts/phraseOf.ts';
import { promptBook } from './prompts/promptBook.ts';
import { within } from './within.ts';

export interface SpeechMeans {
  readonly world: World;
  readonly phrases: Phrases;
  /** How carriers reach it, no slash at the end. */
  readonly publicUrl: string;
  readonly wordsFor: (language: string, community: CommunityRecord | undefined, lists: ListStyle) => Words;
  /** Told of every phrase that had to be synthesised. */
  readonly synthesised: (language: string, key: string) => void;
}

/** How something is said to a caller: in words, and with what the community has recorded, if that is known in so many milliseconds. A dialect falls back to what is recorded in the language it belongs to. */
export function speechOf({ world, phrases, publicUrl, wordsFor, synthesised }: SpeechMeans) {
  const bookOf = promptBook(world);
  const pathOf = promptPath(world);
  return async ({ language, community }: { language: string; community?: CommunityRecord }, ms: number): Promise<Omit<Speech, 'isSlow'>> => {
    const words = wordsFor(language, community, voiceLists(language));
    const book = community && (await within(ms, bookOf(community._id)).catch(() => undefined)); // the database is away: it is synthesised
    const recorded = (said: Statement | Question) => {
      const found = book?.find(phrases, language, said) ?? (language === 'zh-CN-sichuan' ? book?.find(phrases, 'zh-CN', said) : undefined);
      if (!found) synthesised(language, said.key);
      return found?.map((hash) => publicUrl + pathOf(hash));
    };
    return { words, language, recorded };
  };
}
