import type { mongo } from 'mongoose';
import { native } from '../../store/native.ts';
import { Prompt, type PromptFile } from '../records/prompt.ts';

/** Writes a community's recorded prompts; those that are not given stay, unless `replace`. */
export async function writePrompts(community: string, prompts: readonly PromptFile[], replace: boolean, session: mongo.ClientSession): Promise<void> {
  const ids = prompts.map(({ language, key }) => `${community}|${language}|${key}`);
  if (replace) await native(Prompt).deleteMany({ community, _id: { $nin: ids } }, { session });
  for (const [index, prompt] of prompts.entries()) {
    const _id = ids[index] ?? '';
    await native(Prompt).replaceOne({ _id }, { community, ...prompt }, { upsert: true, session });
  }
}
