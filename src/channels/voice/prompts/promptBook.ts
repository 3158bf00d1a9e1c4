import type { Question, Statement } from '../../../dialog/question.ts';
import { currentCycle } from '../../../fund/cycles/currentCycle.ts';
import type { CycleRecord } from '../../../fund/records/cycle.ts';
import { Prompt } from '../../../fund/records/prompt.ts';
import { native } from '../../../store/native.ts';
import { perWorld } from '../../../store/perWorld.ts';
import { remembered } from '../../../store/remembered.ts';
import type { World } from '../../../store/world.ts';
import { type Phrases, phraseOf } from './phraseOf.ts';
import { recordedKeys } from './recordedKeys.ts';

/** The recorded prompts of a community at a moment. */
export interface PromptBook {
  readonly cycle: CycleRecord | null;
  has(language: string, key: string): boolean;
  /** The hashes of the recordings that say a phrase whole; undefined where one of them is missing: then the whole phrase is synthesised. */
  find(phrases: Phrases, language: string, said: Statement | Question): readonly string[] | undefined;
}

const LIFETIME_MS = 2_000;
const MOST = 10_000;

/** Which prompts a community has; an import is heard of within two seconds. */
export const promptBook: (world: World) => (community: string) => Promise<PromptBook> = perWorld((world) => {
  const current = currentCycle(world);
  return remembered(world, LIFETIME_MS, MOST, async (community) => {
    const [prompts, cycle] = await Promise.all([
      native(Prompt)
        .find({ community }, { projection: { language: 1, key: 1, hash: 1 } })
        .toArray(),
      current(community, world.now()),
    ]);
    return bookOf(new Map(prompts.map(({ language, key, hash }) => [`${language}|${key}`, hash])), cycle);
  });
});

function bookOf(hashes: ReadonlyMap<string, string>, cycle: CycleRecord | null): PromptBook {
  return {
    cycle,
    has: (language, key) => hashes.has(`${language}|${key}`),
    find: (phrases, language, said) => {
      if (hashes.size === 0) return undefined;
      const parts = phraseOf(phrases, language, said.key);
      const keys = parts && recordedKeys(parts, said, cycle?._id);
      if (!keys || keys.length === 0) return undefined;
      const found = keys.flatMap((key) => hashes.get(`${language}|${key}`) ?? []);
      return found.length === keys.length ? found : undefined;
    },
  };
}
