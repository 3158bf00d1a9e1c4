import type { Act } from '../../contacts/act.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { type GridFiles, gridFiles } from '../../store/gridFiles.ts';
import { encrypted, index, type Of, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { findCommunity, RECORDINGS_DAYS } from '../communities/index.ts';
import { amrSeconds, mp3Seconds, wavSeconds } from './audio.ts';

/** What is known of words that were spoken on the phone, before and after somebody writes them down. */
export const spoken = {
  /** `_id` of the recording. It is deleted after the time that the community sets. */
  recording: String,
  /** `lost`: the recording never came, or was deleted before anybody wrote it down. */
  state: oneOf(['beingWrittenDown', 'writtenDown', 'lost']),
  /** The person who wrote it down, and when. */
  by: optional(String),
  at: optional(Date),
};
export type Spoken = Of<typeof spoken>;

/**
 * A recording of what was said on the phone. `awaited`: only the carrier has it yet. `kept`: it is here, encrypted. `lost`: it never came. `ending`:
 * it is to be deleted wherever it is. Once it is deleted, the record is gone as well.
 */
export const Recording = records(
  'recordings',
  {
    /** The id by which commands name it: `recordingId(…)`. */
    _id: String,
    community: String,
    state: oneOf(['awaited', 'kept', 'lost', 'ending']),
    /** The carrier's id, encrypted; gone once the carrier's copy is deleted. */
    carrierId: optional(encrypted('recordingCarrierId')),
    /** The length in seconds, once the recording is kept. */
    seconds: optional(Number),
    /** The reason why the last try failed: a stable code. */
    reason: optional(String),
    /** When the words were spoken. */
    at: Date,
    /** When the next step is to be done. */
    dueAt: Date,
    /** How often this step was tried. */
    attempts: Number,
    /** What a machine made of it, encrypted; gone once somebody wrote it down. */
    draft: optional(encrypted('recordingDraft')),
    /** When a machine is asked for a draft, and how often it was. */
    draftDueAt: optional(Date),
    draftTries: optional(Number),
  },
  [index({ dueAt: 1 }), index({ community: 1, at: 1 }), index({ draftDueAt: 1 }, { sparse: true })],
);
export type RecordingRecord = RecordOf<typeof Recording>;

/**
 * Notes that the carrier has a recording; it is fetched from there as soon as possible. Gives the id by which commands name it. Harmless to repeat.
 */
export async function awaitRecording({ vault }: World, carrierId: string, { community, at }: Pick<Act, 'community' | 'at'>): Promise<string> {
  const _id = recordingId(vault, carrierId);
  try {
    await collection(Recording).insertOne({
      _id,
      community,
      state: 'awaited',
      carrierId: vault.encrypt('recordingCarrierId', _id, carrierId),
      at,
      dueAt: at,
      attempts: 0,
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  return _id;
}

/** Notes that nothing needs a recording of the carrier's: it is deleted wherever it is. Harmless to repeat. */
export async function refuseRecording({ vault }: World, carrierId: string, { community, at }: Pick<Act, 'community' | 'at'>): Promise<void> {
  const _id = recordingId(vault, carrierId);
  await collection(Recording).updateOne(
    { _id },
    {
      $set: { state: 'ending', dueAt: at, attempts: 0 },
      $setOnInsert: { community, carrierId: vault.encrypt('recordingCarrierId', _id, carrierId), at },
    },
    { upsert: true },
  );
}

/** Marks the recordings of spoken items for deletion, wherever they are; `workRecordings` deletes them. */
export async function endRecordings(at: Date, of: readonly { spoken?: Spoken }[]): Promise<void> {
  const recordings = of.flatMap(({ spoken }) => spoken?.recording ?? []);
  if (recordings.length > 0)
    await collection(Recording).updateMany({ _id: { $in: recordings } }, { $set: { state: 'ending', dueAt: at, attempts: 0 } });
}

/** The sounds themselves, by the ids of their recordings. */
export function recordingFiles({ vault }: Pick<World, 'vault'>): GridFiles {
  return gridFiles(vault, 'recordingFiles');
}

/** The id by which commands name a recording: short, and always the same for the same recording of the carrier's. */
export function recordingId(vault: Vault, carrierId: string): string {
  return Buffer.from(vault.hmac('recording', carrierId), 'base64url').toString('hex').slice(0, 12);
}

/** The place where recordings are before they are kept here: the carrier's host, and no other. Neither function rejects. */
export interface RecordingSource {
  fetch(carrierId: string): Promise<{ readonly bytes: Uint8Array } | { readonly wrong: 'tooLarge' } | { readonly failed: string }>;
  /** Deletes a recording there; tells whether the carrier no longer has it. */
  remove(carrierId: string): Promise<boolean>;
}

/** Is called when there is no longer any sound of a recording (given by its `_id`): it never came, or was deleted after its time. */
export type Lost = (recording: string, why: 'neverCame' | 'deleted') => Promise<void>;

/** After this time, another process may take up the work again. */
const LEASE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A recording that has not come by then will never come. */
const GIVEN_UP_MS = DAY_MS;
/** We ask for recordings of two minutes at most. */
const LONGEST_SECONDS = 130;
const AT_ONCE = 20;

/**
 * Does what is due with recordings; several processes may do it at the same time. It fetches a recording that is awaited, checks by its bytes that it
 * is a sound of a length that was asked for, and keeps it encrypted. Then it deletes the carrier's copy. After the time that the community sets, it
 * deletes ours. A step that fails is tried again for a day; then `lost` writes it to what was said and notifies the author. Harmless to repeat.
 */
export async function workRecordings(world: World, source: RecordingSource, lost: Lost): Promise<void> {
  const files = recordingFiles(world);
  for (let taken = 0; taken < AT_ONCE; taken++) {
    const recording = await claimDue(world);
    if (!recording) return;
    if (await findCommunity(recording.community)) await work(recording); // else it is on its way from one cell to another
  }

  function work(recording: RecordingRecord): Promise<void> {
    if (recording.state === 'awaited') return fetchOne(recording);
    if (recording.state === 'kept' && recording.carrierId) return removeThere(recording);
    return end(recording);
  }

  async function fetchOne(recording: RecordingRecord): Promise<void> {
    const { _id, carrierId, at, attempts } = recording;
    const fetched = carrierId ? await source.fetch(world.vault.decrypt('recordingCarrierId', _id, carrierId)) : { failed: 'noCarrierId' };
    const outcome = 'bytes' in fetched ? checked(fetched.bytes) : fetched;
    if ('seconds' in outcome) {
      await files.keep(_id, outcome.bytes);
      const now = world.now();
      const drafted = (await findCommunity(recording.community))?.drafts === 'on' && { draftDueAt: now };
      if (!(await change(recording, { state: 'kept', seconds: outcome.seconds, dueAt: now, attempts: 0, ...drafted }))) await files.remove(_id);
      return;
    }
    if ('failed' in outcome && world.now().getTime() - at.getTime() < GIVEN_UP_MS)
      return void (await change(recording, { reason: outcome.failed, dueAt: later(attempts) }));
    await lost(_id, 'neverCame');
    await change(recording, { state: 'lost', reason: 'wrong' in outcome ? outcome.wrong : outcome.failed, dueAt: await endOfTerm(recording) });
  }

  /** Deletes the carrier's copy: anybody who has its address can hear it. */
  async function removeThere(recording: RecordingRecord): Promise<void> {
    if (recording.carrierId && !(await source.remove(world.vault.decrypt('recordingCarrierId', recording._id, recording.carrierId))))
      return void (await change(recording, { dueAt: later(recording.attempts) }));
    const { _id, state } = recording;
    await collection(Recording).updateOne(
      { _id, state },
      { $set: { dueAt: await endOfTerm(recording), attempts: 0 }, $unset: { carrierId: 1, reason: 1 } },
    );
  }

  async function end(recording: RecordingRecord): Promise<void> {
    const { _id, carrierId, attempts } = recording;
    await files.remove(_id);
    if (carrierId && !(await source.remove(world.vault.decrypt('recordingCarrierId', _id, carrierId))))
      return void (await change(recording, { state: 'ending', dueAt: later(attempts) }));
    await lost(_id, 'deleted');
    await collection(Recording).deleteOne({ _id });
  }

  /** Changes a recording; gives false if its person has asked for its deletion meanwhile. */
  async function change({ _id, state }: RecordingRecord, to: Partial<RecordingRecord>): Promise<boolean> {
    return (await collection(Recording).updateOne({ _id, state }, { $set: to })).matchedCount === 1;
  }

  function later(attempts: number): Date {
    return new Date(world.now().getTime() + Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.min(attempts, 20)));
  }

  async function endOfTerm({ community, at }: RecordingRecord): Promise<Date> {
    const { keep } = (await findCommunity(community)) ?? {};
    return new Date(at.getTime() + (keep?.recordings ?? RECORDINGS_DAYS) * DAY_MS);
  }
}

function checked(bytes: Uint8Array): { bytes: Uint8Array; seconds: number } | { wrong: string } {
  const seconds = mp3Seconds(bytes) ?? amrSeconds(bytes) ?? wavSeconds(bytes);
  if (seconds === undefined) return { wrong: 'notAudio' };
  return seconds > LONGEST_SECONDS ? { wrong: 'tooLong' } : { bytes, seconds };
}

function claimDue({ now }: World): Promise<RecordingRecord | null> {
  const at = now();
  return collection(Recording).findOneAndUpdate(
    { dueAt: { $lte: at } },
    { $set: { dueAt: new Date(at.getTime() + LEASE_MS) }, $inc: { attempts: 1 } },
    { sort: { dueAt: 1 }, returnDocument: 'after', promoteBuffers: true },
  );
}
