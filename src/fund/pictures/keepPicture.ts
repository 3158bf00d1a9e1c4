import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { runIsolated } from '../../store/runIsolated.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import type { World } from '../../store/world.ts';
import { type Actor, mayDo, type Right } from '../people/index.ts';
import { isOf, type KeptPicture, nameOf, PICTURE_KINDS, Picture, type PictureOf, type PictureRecord, type PictureSize } from './picture.ts';

/** A thing has at most so many, if it is not said otherwise. */
export const MAX_PICTURES = 12;

interface Put {
  readonly community: string;
  readonly of: PictureOf;
  readonly picture: MadePicture;
  readonly caption?: string | undefined;
  readonly by: string;
  /** How many the thing may have. */
  readonly most?: number;
}

/** Keeps a picture of a thing in an act's transaction, which has checked the right and writes the log; the same one twice is kept once. */
export async function putPicture(
  world: World,
  { community, of, picture, caption, by, most = MAX_PICTURES }: Put,
  session: mongo.ClientSession,
): Promise<{ readonly id: string; readonly isNew: boolean } | { readonly refused: 'tooMany' }> {
  const { large, medium, small, width, height, original } = picture;
  const _id = world.vault.hmac('picture', community, of.kind, of.id, original);
  if (await collection(Picture).findOne({ community, _id }, { session, projection: { _id: 1 } })) return { id: _id, isNew: false };
  if ((await collection(Picture).countDocuments(isOf(community, of), { session })) >= most) return { refused: 'tooMany' };
  await collection(Picture).insertOne(
    {
      ...{ _id, community, of: { kind: of.kind, id: of.id }, at: world.now(), by, ...(caption && { caption }) },
      ...{ width, height, original },
      large: world.vault.encrypt('picture', nameOf(_id, 'large'), large),
      medium: world.vault.encrypt('picture', nameOf(_id, 'medium'), medium),
      small: world.vault.encrypt('picture', nameOf(_id, 'small'), small),
    },
    { session },
  );
  return { id: _id, isNew: true };
}

/** Makes the pictures of a thing those of another of the same kind, or deletes them, in the session of the act that moves it. */
export async function movePictures(community: string, from: PictureOf, to: PictureOf | undefined, session: mongo.ClientSession): Promise<void> {
  const which = isOf(community, from);
  if (to) await collection(Picture).updateMany(which, { $set: { 'of.id': to.id } }, { session });
  else await collection(Picture).deleteMany(which, { session });
}

const ABOUT = { at: 1, by: 1, caption: 1, width: 1, height: 1 } as const;

/** The pictures of a thing, the oldest first, without their bytes. The caller has to have read the thing. */
export async function picturesOf(community: string, of: PictureOf): Promise<KeptPicture[]> {
  const found = await forReaders(Picture)
    .find(isOf(community, of), { sort: { at: 1 }, projection: ABOUT })
    .toArray();
  return found.map(kept);
}

function kept({ _id, at, by, caption, width, height }: Pick<PictureRecord, '_id' | keyof typeof ABOUT>): KeptPicture {
  return { id: _id, at, by, width, height, ...(caption !== undefined && { caption }) };
}

/** The pictures of several things of a kind, without their bytes, each with the id of its thing. */
export async function picturesAmong(
  community: string,
  kind: PictureOf['kind'],
  ids: readonly string[],
): Promise<{ readonly of: string; readonly picture: KeptPicture }[]> {
  if (ids.length === 0) return [];
  const found = await forReaders(Picture)
    .find({ community, 'of.kind': kind, 'of.id': { $in: [...ids] } }, { projection: { ...ABOUT, of: 1 } })
    .toArray();
  return found.map((record) => ({ of: record.of.id, picture: kept(record) }));
}

/**
 * A picture's bytes (JPEG); null if the community has none by this id, or who reads may not see it. `reader`: as whom somebody of the
 * staff reads what these may; without it, it is anybody.
 */
export async function readPicture(
  world: World,
  community: string,
  id: string,
  size: PictureSize,
  reader?: (right: Pick<Right, 'may'>) => Actor,
): Promise<Buffer | null> {
  const read = (which: PictureSize) =>
    forReaders(Picture).findOne({ _id: id, community }, { projection: { of: 1, [which]: 1 }, promoteBuffers: true });
  const found = await read(size);
  if (!found) return null;
  const kind = PICTURE_KINDS[found.of.kind];
  const isSeen = reader ? mayDo(reader(kind), kind, community) : kind.isPublic;
  if (!isSeen) return null;
  const bytes = found[size];
  const opened = (which: PictureSize, kept: Buffer) => unlessForged(() => world.vault.decryptBytes('picture', nameOf(id, which), kept)) ?? null;
  if (bytes) return opened(size, bytes);
  const { large } = (await read('large')) ?? {};
  return large ? opened('large', large) : null;
}

/** What somebody uploads may have so many bytes. */
export const LARGEST_PICTURE = 20_000_000;
const LIMITS = { ms: 30_000, mebibytes: 128 };

/** A picture made of what was uploaded: JPEG, upright, without anything that the file told besides. */
export interface MadePicture {
  readonly large: Uint8Array;
  readonly medium: Uint8Array;
  readonly small: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the uploaded bytes, in hex. */
  readonly original: string;
}

/** `heic`: what an iPhone keeps for itself. `unknown`: neither JPEG, PNG nor WebP. `broken`: it cannot be read to its end. */
export type NotMade = 'tooLarge' | 'tooManyPixels' | 'heic' | 'unknown' | 'broken';

/**
 * Makes a picture of an uploaded file. Its bytes tell what it is, not its name. Whatever else the file holds is gone: only the pixels are taken over. The
 * work is done apart (`drawPicture.ts`): a file that is made to break what reads it breaks nothing else.
 */
export async function makePicture(bytes: Uint8Array): Promise<MadePicture | { readonly refused: NotMade }> {
  if (bytes.length > LARGEST_PICTURE) return { refused: 'tooLarge' };
  const format = formatOf(bytes);
  if (format !== 'picture') return { refused: format };
  try {
    return await runIsolated<Uint8Array, MadePicture | { readonly refused: NotMade }>(import.meta.dirname, 'drawPicture', bytes, LIMITS);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'apart-limits') return { refused: 'broken' };
    throw error;
  }
}

/** What the first bytes say. */
function formatOf(bytes: Uint8Array): 'picture' | 'heic' | 'unknown' {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF[\s\S]{4}WEBP/.test(head)) return 'picture';
  return /^[\s\S]{4}ftyp(hei|hev|mif1|msf1)/.test(head) ? 'heic' : 'unknown';
}
