import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import type { Actor } from '../people/index.ts';
import { dropPicture, keepPicture, type MadePicture, type PictureKept, type PictureOf } from '../pictures/index.ts';
import { Publication } from './publication.ts';

interface Given {
  readonly community: string;
  readonly cycle: string;
  /** The number of the publication in its cycle. */
  readonly number: number;
  readonly picture: MadePicture;
  readonly caption?: string;
  readonly actor: Actor;
}

/** Keeps a picture of the notice board with what is published; anybody may look at it. Rejects with `not-allowed` (`checkRight`). */
export function keepBoardPicture(world: World): (given: Given) => Promise<PictureKept | { readonly refused: 'noPublication' }> {
  const keep = keepPicture(world);
  return async ({ cycle, number, ...given }) => {
    const { community } = given;
    const isThere = await collection(Publication).findOne({ _id: { cycle, number }, community }, { projection: { _id: 1 } });
    return isThere ? keep({ ...given, of: ofBoard(cycle, number) }) : { refused: 'noPublication' };
  };
}

/** Takes one away. Rejects with `not-allowed` (`checkRight`). */
export function dropBoardPicture(world: World) {
  const drop = dropPicture(world);
  return ({ cycle, number, ...given }: { community: string; cycle: string; number: number; id: string; reason: string; actor: Actor }) =>
    drop({ ...given, of: ofBoard(cycle, number) });
}

/** A publication as its pictures belong to it. */
export function ofBoard(cycle: string, number: number): PictureOf {
  return { kind: 'publication', id: `${cycle}/${number}` };
}
