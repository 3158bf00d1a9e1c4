import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { type KeptPicture, type MadePicture, MOST_PICTURES, movePictures, picturesOf, putPicture } from '../pictures/index.ts';
import { isOwnWork } from './readWorks.ts';
import { changeWork, findWork, type OnWork, type WorkRecord, workFor, workSubject } from './work.ts';

/** In characters. */
export const LONGEST_NEWS = 500;
/** Pieces of news of a work; an implementer adds none beyond half of them, so that they keep nobody from telling of it. */
const MOST_NEWS = 1_000;

/** A piece of news of a work, by somebody who does it or has looked at it. It is public. */
export interface WorkNewsRecord {
  /** `news` counts from 1 in a work. */
  _id: { cycle: string; number: number; news: number };
  community: string;
  /** 0 to 500 characters; empty if it is only pictures. */
  text: string;
  /** How many pictures came with it; `picturesOf` gives them. */
  pictures: number;
  by: string;
  /** The moment that the news is about, as its author says; for a message, when it was received. */
  at: Date;
  /** An HMAC of the form or message that brought it: it counts once. */
  key?: string;
}

const number = { type: Number, required: true };
const schema = new Schema<WorkNewsRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, number, news: number }, { _id: false }), required: true },
    community: { type: String, required: true },
    text: String,
    pictures: number,
    by: { type: String, required: true },
    at: { type: Date, required: true },
    key: String,
  },
  { strict: 'throw', versionKey: false, collection: 'workNews' },
);
schema.index({ '_id.cycle': 1, '_id.number': 1, '_id.news': 1 }, { unique: true });
schema.index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } });

export const WorkNews = model<WorkNewsRecord>('WorkNews', schema);

export type ProgressAdded =
  /** The number of the news; `isNew` is false if it came before under the same key. */
  | { readonly news: number; readonly isNew: boolean }
  /** `empty`: neither text nor picture. `tooMany`: more than twelve pictures, or a thousand pieces of news (for an implementer half of them). `time`: it is in the future. */
  | { readonly refused: 'noWork' | 'empty' | 'tooLong' | 'tooMany' | 'time' | 'changed' };

/**
 * Adds news to a work, in whatever state it is: a text, pictures (`makePicture`), or both. Everything is one transaction with the log's entry. `key`: what
 * comes twice under one counts once (a message's `act.key`, a form's). Rejects with `not-allowed`: an implementer may only for their own works.
 */
export async function addProgress(
  world: World,
  actor: Actor,
  { _id: { cycle, number } }: Pick<WorkRecord, '_id'>,
  { text: written, pictures, at, key: given }: { text: string; pictures: readonly MadePicture[]; at: Date; key?: string },
): Promise<ProgressAdded> {
  const found = await findWork(cycle, number);
  if (!found) return { refused: 'noWork' };
  const { community } = found;
  const acting = checkRight(actor, 'addProgress', community);
  await isOwnWork(world)(found, actor);
  const text = cleanText(written);
  if (text === '' && pictures.length === 0) return { refused: 'empty' };
  if ([...text].length > LONGEST_NEWS) return { refused: 'tooLong' };
  if (pictures.length > MOST_PICTURES) return { refused: 'tooMany' };
  if (at > world.now()) return { refused: 'time' };
  const key = given === undefined ? {} : { key: world.vault.hmac('act', given, 'progress') };
  return withLog(world)(community, async (session, write): Promise<ProgressAdded> => {
    const same = key.key === undefined ? null : await collection(WorkNews).findOne({ key: key.key }, { session, projection: { _id: 1 } });
    if (same) return { news: same._id.news, isNew: false };
    const work = await findWork(cycle, number, session);
    if (!work) return { refused: 'noWork' };
    if (work.news >= (actor.role === 'implementer' ? MOST_NEWS / 2 : MOST_NEWS)) return { refused: 'tooMany' };
    const news = work.news + 1;
    const _id = { cycle, number, news };
    const kept: string[] = [];
    for (const picture of pictures) {
      const put = await putPicture(world, { community, of: ofNews(_id), picture, by: actor.name }, session);
      if ('refused' in put) return put;
      if (put.isNew) kept.push(put.id);
    }
    const isNewest = kept.length > 0 && (work.picturedAt === undefined || work.picturedAt < at);
    if (!(await changeWork(work, { $set: { news, ...(isNewest && { picturedAt: at }) } }, session))) return { refused: 'changed' };
    await collection(WorkNews).insertOne({ _id, community, text, pictures: kept.length, by: actor.name, at, ...key }, { session });
    await write({ ...acting, subject: workSubject(work._id), detail: { after: { news, text, pictures: kept } } });
    return { news, isNew: true };
  });
}

/**
 * Removes a piece of news and its pictures, because it says or shows what it should not. The reason is public. The log's details still say what
 * the news said. Rejects with `not-allowed` (`checkRight`).
 */
export function dropNews(
  world: World,
): (
  drop: OnWork & { readonly news: number; readonly reason: string },
) => Promise<{ readonly dropped: true } | { readonly refused: 'noWork' | 'noNews' | 'noReason' | 'changed' }> {
  return async ({ news, reason: written, ...on }) => {
    const found = await workFor(on, 'dropNews');
    if (!found) return { refused: 'noWork' };
    const { acting, community } = found;
    const reason = cleanText(written);
    if (reason === '') return { refused: 'noReason' };
    const { cycle, number } = on;
    return withLog(world)(community, async (session, write) => {
      const work = await findWork(cycle, number, session);
      const dropped = await collection(WorkNews).findOneAndDelete({ _id: { cycle, number, news } }, { session });
      if (!work || !dropped) return { refused: 'noNews' };
      await movePictures(community, ofNews(dropped._id), undefined, session);
      const [pictured] = await collection(WorkNews)
        .find({ '_id.cycle': cycle, '_id.number': number, pictures: { $gt: 0 } }, { session, sort: { at: -1 }, limit: 1 })
        .toArray();
      const isChanged = await changeWork(work, pictured ? { $set: { picturedAt: pictured.at } } : { $unset: { picturedAt: 1 } }, session);
      if (!isChanged) return { refused: 'changed' };
      await write({ ...acting, subject: workSubject(work._id), detail: { before: { news, pictures: dropped.pictures }, reason } });
      return { dropped: true };
    });
  };
}

/** The thing that the pictures of a piece of news belong to. */
function ofNews({ cycle, number, news }: WorkNewsRecord['_id']) {
  return { kind: 'work' as const, id: `${cycle}/${number}/${news}` };
}

/** A piece of news as anybody may read it; `at` tells its place in time. */
export interface WorkNewsRead extends Pick<WorkNewsRecord, 'text' | 'by' | 'at'> {
  readonly news: number;
  readonly pictures: readonly KeptPicture[];
}

/** So many are read at a time. */
const EACH = 50;

/** The news of a work, the newest first, before a number of news; at most 50. */
export async function newsOfWork(cycle: string, number: number, before = Number.MAX_SAFE_INTEGER): Promise<WorkNewsRead[]> {
  const found = await forReaders(WorkNews)
    .find({ '_id.cycle': cycle, '_id.number': number, '_id.news': { $lt: before } }, { sort: { '_id.news': -1 }, limit: EACH })
    .toArray();
  return Promise.all(
    found.map(async ({ _id, community, text, by, at, pictures }) => {
      return { news: _id.news, text, by, at, pictures: pictures > 0 ? await picturesOf(community, ofNews(_id)) : [] };
    }),
  );
}
