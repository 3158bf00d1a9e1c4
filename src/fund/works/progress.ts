import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { withMark } from '../../store/recordMark.ts';
import { index, optional, type RecordOf, records } from '../../store/records.ts';
import { act, done, files, given, key, line, lines, refuse, subject } from '../act/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { type KeptPicture, MOST_PICTURES, makePicture, movePictures, picturesOf, putPicture } from '../pictures/index.ts';
import { isOwnWork } from './readWorks.ts';
import { changeWork, onWork } from './work.ts';

/** In characters. */
export const LONGEST_NEWS = 500;
/** Pieces of news of a work; an implementer adds none beyond half of them, so that they keep nobody from telling of it. */
const MOST_NEWS = 1_000;

/** A piece of news of a work, by somebody who does it or has looked at it. It is public. */
export const WorkNews = records(
  'workNews',
  {
    /** `news` counts from 1 in a work. */
    _id: { cycle: String, number: Number, news: Number },
    community: String,
    /** 0 to 500 characters; empty if it is only pictures. */
    text: String,
    /** How many pictures came with it; `picturesOf` gives them. */
    pictures: Number,
    by: String,
    /** The moment that the news is about, as its author says; for a message, when it was received. */
    at: Date,
    /** An HMAC of the form or message that brought it: it counts once. */
    key: optional(String),
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [
    index({ '_id.cycle': 1, '_id.number': 1, '_id.news': 1 }, { unique: true }),
    index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } }),
  ],
);
export type WorkNewsRecord = RecordOf<typeof WorkNews>;

/**
 * Adds news to a work, in whatever state it is: a text, pictures, or both. An implementer only to their own works. What comes twice under one key (a message's
 * `act.key`, a form's) counts once. `at`: now, if it is absent. `tooMany`: more than twelve pictures, or a thousand pieces of news (for an implementer half of
 * them). `time`: it is in the future.
 */
export const addProgress = act({
  name: 'work.progress',
  may: [...DAILY_WORK, 'resident cadre', 'staff implementer'],
  on: onWork,
  input: z.strictObject({
    text: lines(LONGEST_NEWS).optional(),
    pictures: files({ accept: 'image/jpeg,image/png,image/webp', make: makePicture }).optional(),
    ...{ at: given(z.date()).optional(), key: key().optional() },
  }),
  refusals: { empty: 'text', tooMany: 'pictures', time: null },
  async run({ world, session, on, input: { text = '', pictures = [], at = world.now(), key: form }, actor }) {
    await isOwnWork(world, on, actor);
    const { cycle, number } = on._id;
    if (text === '' && pictures.length === 0) return refuse('empty');
    if (pictures.length > MOST_PICTURES) return refuse('tooMany');
    if (at > world.now()) return refuse('time');
    const key = form === undefined ? {} : { key: world.vault.hmac('act', `${cycle}/${number} ${form}`, 'progress') };
    const same = key.key === undefined ? null : await collection(WorkNews).findOne({ key: key.key }, { session, projection: { _id: 1 } });
    if (same) return done({ news: same._id.news, isNew: false });
    if (on.news >= (actor.role === 'implementer' ? MOST_NEWS / 2 : MOST_NEWS)) return refuse('tooMany');
    const news = on.news + 1;
    const _id = { cycle, number, news };
    const kept: string[] = [];
    for (const picture of pictures) {
      const put = await putPicture(world, { community: on.community, of: ofNews(_id), picture, by: actor.name }, session);
      if ('refused' in put) return put;
      if (put.isNew) kept.push(put.id);
    }
    const isNewest = kept.length > 0 && (on.picturedAt === undefined || on.picturedAt < at);
    await changeWork(world, on, { $set: { news, ...(isNewest && { picturedAt: at }) } }, session);
    const added: WorkNewsRecord = { _id, community: on.community, text, pictures: kept.length, by: actor.name, at, ...key };
    await collection(WorkNews).insertOne(withMark(world.vault, 'workNews', added), { session });
    return done({ news, isNew: true }, { after: { news, text, pictures: kept } });
  },
});

/** A piece of news of a work. */
const onNews = subject({
  path: `${onWork.path}/news/:news`,
  isOneOfMany: true,
  find: async (context, community, { news, ...at }, session) => {
    const work = await onWork.find(context, community, at, session);
    const record = work && (await collection(WorkNews).findOne({ _id: { ...work._id, news: Number(news) } }, { ...(session && { session }) }));
    return record && { work, record };
  },
  name: ({ work }) => onWork.name(work),
});

/**
 * Removes a piece of news and its pictures, because it says or shows what it should not. The reason is public. The log's details still say what
 * the news said.
 */
export const dropNews = act({
  name: 'work.drop',
  may: DAILY_WORK,
  on: onNews,
  input: z.strictObject({ reason: line(300) }),
  refusals: {},
  async run({ world, session, on: { work, record }, input: { reason } }) {
    const { _id, community, pictures } = record;
    await collection(WorkNews).deleteOne({ _id }, { session });
    await movePictures(community, ofNews(_id), undefined, session);
    const [pictured] = await collection(WorkNews)
      .find({ '_id.cycle': _id.cycle, '_id.number': _id.number, pictures: { $gt: 0 } }, { session, sort: { at: -1 }, limit: 1 })
      .toArray();
    await changeWork(world, work, pictured ? { $set: { picturedAt: pictured.at } } : { $unset: { picturedAt: 1 } }, session);
    return done({ dropped: true }, { before: { news: _id.news, pictures }, reason });
  },
});

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
const PAGE_SIZE = 50;

/** The news of a work, the newest first, before a number of news; at most 50. */
export async function newsOfWork(cycle: string, number: number, before = Number.MAX_SAFE_INTEGER): Promise<WorkNewsRead[]> {
  const found = await forReaders(WorkNews)
    .find({ '_id.cycle': cycle, '_id.number': number, '_id.news': { $lt: before } }, { sort: { '_id.news': -1 }, limit: PAGE_SIZE })
    .toArray();
  return Promise.all(
    found.map(async ({ _id, community, text, by, at, pictures }) => {
      return { news: _id.news, text, by, at, pictures: pictures > 0 ? await picturesOf(community, ofNews(_id)) : [] };
    }),
  );
}
