import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { type Actor, maySee, type View } from '../people/index.ts';
import { isOf, type KeptPicture, nameOf, PICTURE_KINDS, Picture, type PictureOf, type PictureRecord, type PictureSize } from './picture.ts';

const ABOUT = { at: 1, by: 1, caption: 1, width: 1, height: 1 } as const;

/** The pictures of a thing, the oldest first, without their bytes. Who asks has to have read the thing. */
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
 * A picture's bytes (JPEG); null if the community has none by this id, or who reads may not see it. `reader`: as whom somebody reads what belongs to a
 * view; without it, it is anybody.
 */
export function readPicture(
  world: World,
): (community: string, id: string, size: PictureSize, reader?: (view: View) => Actor) => Promise<Buffer | null> {
  return async (community, id, size, reader) => {
    const read = (which: PictureSize) =>
      forReaders(Picture).findOne({ _id: id, community }, { projection: { of: 1, [which]: 1 }, promoteBuffers: true });
    const found = await read(size);
    if (!found) return null;
    const { view, isPublic } = PICTURE_KINDS[found.of.kind];
    const isSeen = reader ? maySee(reader(view), view, community) : isPublic;
    if (!isSeen) return null;
    const bytes = found[size];
    if (bytes) return world.vault.decryptBytes('picture', nameOf(id, size), bytes);
    const { large } = (await read('large')) ?? {};
    return large ? world.vault.decryptBytes('picture', nameOf(id, 'large'), large) : null;
  };
}
