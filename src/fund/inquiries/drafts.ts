import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { Recording, type RecordingRecord, recordingFiles } from './recording.ts';

/** Has a machine write down a sound; `draft` is undefined if it heard nothing, `failed` is a code if it may be tried again. Does not reject. */
export type WriteDraft = (sound: Buffer, language: string) => Promise<{ readonly draft: string | undefined } | { readonly failed: string }>;

/** After this time a draft that was asked for and did not come is asked for again. Milliseconds. */
const AGAIN_MS = 5 * 60_000;
const MOST_TRIES = 3;

/**
 * Has a machine write a draft of one recording that waits for it, where its community has drafts; several processes may do it at the same time. It is tried three
 * times, five minutes apart. The draft lies beside the recording, encrypted, until somebody wrote it down, or as long as the recording. Harmless to repeat.
 */
export async function draftRecordings(world: World, write: WriteDraft): Promise<void> {
  const files = recordingFiles(world);
  const at = world.now();
  const recording = await collection(Recording).findOneAndUpdate(
    { state: 'kept', draftDueAt: { $lte: at } },
    { $set: { draftDueAt: new Date(at.getTime() + AGAIN_MS) }, $inc: { draftTries: 1 } },
    { sort: { draftDueAt: 1 }, returnDocument: 'after', promoteBuffers: true },
  );
  const community = recording && (await findCommunity(recording.community));
  if (!recording || !community) return;
  const sound = community.drafts === 'on' ? await files.read(recording._id) : null;
  const written = sound ? await write(sound, community.language) : { draft: undefined };
  if ('failed' in written && (recording.draftTries ?? 0) < MOST_TRIES) return;
  const draft = 'draft' in written && written.draft !== undefined && { draft: world.vault.encrypt('recordingDraft', recording._id, written.draft) };
  await collection(Recording).updateOne(
    { _id: recording._id, state: 'kept', draftDueAt: { $exists: true } },
    { ...(draft && { $set: draft }), $unset: { draftDueAt: 1, draftTries: 1 } },
  );
}

/** The draft of a recording; undefined if there is none. */
export function draftOf(vault: Vault, { _id, draft }: Pick<RecordingRecord, '_id' | 'draft'>): string | undefined {
  return textIfOurs(vault, 'recordingDraft', _id, draft);
}

/** The draft of a recording, by the recording's id. */
export async function readDraft(vault: Vault, recording: string): Promise<string | undefined> {
  const found = await collection(Recording).findOne({ _id: recording }, { projection: { draft: 1 }, promoteBuffers: true });
  return found ? draftOf(vault, found) : undefined;
}

/** Forgets the draft of a recording that somebody wrote down. */
export async function forgetDraft(recording: string, session: mongo.ClientSession): Promise<void> {
  await collection(Recording).updateOne({ _id: recording }, { $unset: { draft: 1, draftDueAt: 1, draftTries: 1 } }, { session });
}
