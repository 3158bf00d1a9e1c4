import type { Notify } from '../../contacts/notify.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type MadePicture, makePicture } from '../pictures/index.ts';
import { addProgress } from './progress.ts';
import { progressSender } from './progressSender.ts';
import { type Sent, SentProgress, type SentProgressRecord, sentIn } from './sentProgress.ts';

/** Fetches a picture that somebody sent from the carrier that has it, and from nowhere else. `failed` may pass; does not reject. */
export type PictureSource = (
  carriersName: string,
) => Promise<{ readonly bytes: Uint8Array } | { readonly wrong: 'tooLarge' | 'missing' } | { readonly failed: string }>;

/** Another process may take up the work after this time. */
const LEASE_MS = 2 * 60_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** A picture that has not come by then will never come. */
const GIVEN_UP_MS = 10 * 60_000;
const AT_ONCE = 5;

/** Why pictures were not kept, in the words of the texts (`notice.progressPictures.…`). */
type Lost = 'tooLarge' | 'neverCame' | 'noPicture';

/**
 * Fetches the pictures of news that came by message, makes them anew, and adds the news. Several processes may do it at the same time. A picture
 * that fails is tried again for ten minutes. Then the news is added with the pictures that came, and the sender is notified which did not.
 */
export async function fetchSentPictures(world: World, source: PictureSource, notify: Notify): Promise<void> {
  for (let taken = 0; taken < AT_ONCE; taken += 1) {
    const found = await claimDue(world);
    if (!found) return;
    await work(found);
  }

  async function work(record: SentProgressRecord): Promise<void> {
    const sent = sentIn(world.vault, record);
    if (!sent) return done(record);
    const isLast = world.now().getTime() - (record.provedAt ?? record.at).getTime() >= GIVEN_UP_MS;
    const made: MadePicture[] = [];
    const lost: Lost[] = [];
    for (const name of sent.pictures) {
      const picture = await made_(name, isLast);
      if (picture === 'later') return later(record);
      if (typeof picture === 'string') lost.push(picture);
      else made.push(picture);
    }
    const isAdded = await add(record, sent, made);
    const [why] = lost;
    if (!isAdded) await tell(record, sent, 'progressNotAdded', {});
    else if (why) await tell(record, sent, `progressPictures.${why}`, { lost: lost.length });
    await done(record);
  }

  /** A picture made of one that is fetched; why there is none; or `later`. */
  async function made_(name: string, isLast: boolean): Promise<MadePicture | Lost | 'later'> {
    const fetched = await source(name);
    if ('failed' in fetched) return isLast ? 'neverCame' : 'later';
    if ('wrong' in fetched) return fetched.wrong === 'tooLarge' ? 'tooLarge' : 'neverCame';
    const picture = await makePicture(fetched.bytes);
    if (!('refused' in picture)) return picture;
    return picture.refused === 'tooLarge' || picture.refused === 'tooManyPixels' ? 'tooLarge' : 'noPicture';
  }

  async function add({ community, work, at }: SentProgressRecord, { channel, address, key, text }: Sent, pictures: MadePicture[]): Promise<boolean> {
    if (pictures.length === 0 && text === '') return true; // nothing of it came, and the sender is notified
    const sender = await progressSender(world, { community, channel, address });
    if (!sender) return false;
    try {
      const asked = { community, at: { cycle: work.cycle, number: String(work.number) }, input: { text, pictures, at, key }, actor: sender.actor };
      return (await addProgress.perform({ world, notify }, asked)).is === 'done';
    } catch (error) {
      if (error instanceof CodedError && error.code === 'not-allowed') return false;
      throw error;
    }
  }

  function tell(
    { _id, community, work, at }: SentProgressRecord,
    { channel, address, language, title }: Sent,
    key: string,
    params: { lost?: number },
  ) {
    const said = { key: `notice.${key}`, params: { number: work.number, title, ...params } };
    return notify({ community, channel, address, occasion: `sentProgress|${_id}`, language, kind: 'answer', askedAt: at, said });
  }

  async function later({ _id, attempts }: SentProgressRecord): Promise<void> {
    const pause = Math.min(LONGEST_PAUSE_MS, 2_000 * 2 ** Math.min(attempts, 20));
    await collection(SentProgress).updateOne({ _id }, { $set: { dueAt: new Date(world.now().getTime() + pause) } });
  }

  async function done({ _id }: SentProgressRecord): Promise<void> {
    await collection(SentProgress).updateOne({ _id }, { $set: { state: 'done' }, $unset: { sent: 1, dueAt: 1 } });
  }
}

function claimDue({ now }: World): Promise<SentProgressRecord | null> {
  const at = now();
  return collection(SentProgress).findOneAndUpdate(
    { dueAt: { $lte: at } },
    { $set: { dueAt: new Date(at.getTime() + LEASE_MS) }, $inc: { attempts: 1 } },
    { sort: { dueAt: 1 }, returnDocument: 'after', promoteBuffers: true },
  );
}
