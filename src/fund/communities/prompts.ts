import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { hiddenNames } from '../../store/hiddenNames.ts';
import { index, type RecordOf, records } from '../../store/records.ts';
import { isSame } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';

/** A prompt as it lies in a folder. */
export type PromptFile = Omit<PromptRecord, '_id' | 'community'>;

/** A prompt that somebody recorded for a community's phone line. */
export const Prompt = records(
  'prompts',
  {
    /** `community|language|key`. */
    _id: String,
    community: String,
    language: String,
    key: String,
    /** Hex SHA-256 of the sound, which is its address. */
    hash: String,
    seconds: Number,
    /** MP3. */
    sound: Buffer,
  },
  [index({ community: 1 }), index({ hash: 1 })],
);
export type PromptRecord = RecordOf<typeof Prompt>;

/** Writes a community's recorded prompts. Prompts that are not given stay, unless `replace` is set. */
export async function writePrompts(community: string, prompts: readonly PromptFile[], replace: boolean, session: mongo.ClientSession): Promise<void> {
  const ids = prompts.map(({ language, key }) => `${community}|${language}|${key}`);
  if (replace) await collection(Prompt).deleteMany({ community, _id: { $nin: ids } }, { session });
  for (const [index, prompt] of prompts.entries()) {
    const _id = ids[index] ?? '';
    await collection(Prompt).replaceOne({ _id }, { community, ...prompt }, { upsert: true, session });
  }
}

/** The hashes of a community's recorded prompts, by `language|key`. */
export async function promptHashes(community: string): Promise<Map<string, string>> {
  const found = await collection(Prompt)
    .find({ community }, { projection: { language: 1, key: 1, hash: 1 } })
    .toArray();
  return new Map(found.map(({ language, key, hash }) => [`${language}|${key}`, hash]));
}

/** A recorded prompt's MP3 by its hash, for readers; undefined if there is none. */
export async function promptSound(hash: string): Promise<Buffer | undefined> {
  return (await forReaders(Prompt).findOne({ hash }, { projection: { sound: 1 }, promoteBuffers: true }))?.sound;
}

/** Length of the mark in characters: 96 bits. */
const MARK = 16;

/**
 * The address of a recorded prompt, from `/` on, by the hex SHA-256 of its sound. It bears a mark that is made with SECRET: so an address that was
 * not made here is recognized without a look-up. Of a prompt that says what somebody chose (`isOwn`) it is another each time, and does not tell which
 * prompt it is.
 */
export function promptPath(world: World, hash: string, isOwn: boolean): string {
  const { nameOf } = hiddenNames(world, 'promptPath');
  return `/audio/${isOwn ? nameOf(hash, true) : `${hash}-${markOf(world, hash)}`}.mp3`;
}

/** The hash of the prompt at an address, by what stands in it behind `/audio/`; undefined if it was not made here. */
export function promptAt(world: World, name: string): string | undefined {
  const { textOf } = hiddenNames(world, 'promptPath');
  const [, hash = '', mark = ''] = /^([0-9a-f]{64})-([\w-]+)\.mp3$/.exec(name) ?? [];
  if (hash) return isSame(mark, markOf(world, hash)) ? hash : undefined;
  return textOf(/^([\w-]+)\.mp3$/.exec(name)?.[1] ?? '');
}

function markOf({ vault }: World, hash: string): string {
  return vault.hmac('promptPath', hash).slice(0, MARK);
}
