import type { Question, Statement } from '../../../dialog/question.ts';
import type { CommunityRecord } from '../../../fund/communities/index.ts';

/** What is heard of a statement: recordings one after another, by their paths, or words for the browser's own voice. */
export type HeardLine = { readonly sounds: readonly string[] } | { readonly text: string; readonly language: string };

/** How statements are read aloud in a language, with the recordings of a community. */
export type Aloud = (language: string, community: CommunityRecord) => Promise<(said: Statement | Question) => readonly HeardLine[]>;
