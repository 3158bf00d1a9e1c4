import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { act, done, files, line, refuse, type Subject, subject } from '../act/index.ts';
import { DAILY_WORK, type Holder } from '../people/index.ts';
import { makePicture, putPicture } from './keepPicture.ts';
import { isOf, LONGEST_CAPTION, Picture, type PictureOf } from './picture.ts';

interface Pictured<Found> {
  /** What has pictures that come and go one by one. */
  readonly on: Subject<Found>;
  readonly of: (found: Found) => PictureOf & { readonly community: string };
}

interface Keeping<Found> extends Pictured<Found> {
  readonly name?: `${string}.${string}`;
  readonly may?: readonly Holder[];
  /** Whether it still takes some; it always does if this is absent. */
  readonly isOpen?: (found: Found) => boolean;
  /** It has one at most. */
  readonly isOne?: true;
}

/** The act that keeps pictures of something, all or none, with what they show; the same one twice is kept once. Public where its pictures are. */
export function keepsPictures<Found>({ on, of, name = 'picture.keep', may = DAILY_WORK, isOpen, isOne }: Keeping<Found>) {
  return act({
    name,
    may,
    on,
    input: z.strictObject({
      pictures: files({ accept: 'image/jpeg,image/png,image/webp', make: makePicture }),
      caption: line(LONGEST_CAPTION).optional(),
    }),
    refusals: { noPictures: 'pictures', full: 'pictures', onlyOne: 'pictures', settled: null },
    async run({ world, session, on: found, input: { pictures, caption }, actor }) {
      const { community, ...thing } = of(found);
      if (isOpen && !isOpen(found)) return refuse('settled');
      if (pictures.length === 0) return refuse('noPictures');
      const kept: string[] = [];
      const entries: { readonly subject: string; readonly after: object }[] = [];
      for (const picture of pictures) {
        const put = await putPicture(world, { community, of: thing, picture, caption, by: actor.name, ...(isOne && { most: 1 }) }, session);
        if ('refused' in put) return refuse(isOne ? 'onlyOne' : 'full');
        kept.push(put.id);
        if (put.isNew) entries.push({ subject: nameOf(thing), after: { picture: put.id, original: picture.original, ...(caption && { caption }) } });
      }
      const [entry, ...besides] = entries;
      return done({ kept }, entry, besides);
    },
  });
}

/** The act that takes one away, for good, with a reason: it shows what it should not. */
export function dropsPictures<Found>({ on, of }: Pictured<Found>) {
  return act({
    name: 'picture.drop',
    may: DAILY_WORK,
    on: subject({
      path: `${on.path}/pictures/:picture`,
      isOneOfMany: true,
      find: async (context, whose, { picture, ...at }, session) => {
        const found = await on.find(context, whose, at, session);
        if (!found) return null;
        const { community, ...thing } = of(found);
        const which = { _id: picture ?? '', ...isOf(community, thing) };
        return collection(Picture).findOne(which, { ...(session && { session }), projection: { of: 1 } });
      },
      name: (picture) => nameOf(picture.of),
    }),
    input: z.strictObject({ reason: line(300) }),
    refusals: {},
    async run({ session, on: { _id }, input: { reason } }) {
      await collection(Picture).deleteOne({ _id }, { session });
      return done({ dropped: true }, { before: { picture: _id }, reason });
    },
  });
}

function nameOf({ kind, id }: PictureOf): string {
  return `${kind}/${id}`;
}
