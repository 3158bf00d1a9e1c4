import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Cycle, type CycleRecord } from '../cycles/index.ts';
import {
  dropPicture,
  type KeptPicture,
  keepPicture,
  movePictures,
  type PictureDrop,
  type PictureGiven,
  type PictureKept,
  type PictureOf,
  picturesAmong,
  picturesOf,
} from '../pictures/index.ts';

/** The cycle, and the project's number. */
interface Which {
  readonly cycle: string;
  readonly number: number;
}

/** Keeps the picture of a project, one for each, until the ballot is frozen; anybody may look at it. Rejects with `not-allowed` (`checkRight`). */
export function keepProjectPicture(world: World): (given: PictureGiven & Which) => Promise<PictureKept | { readonly refused: 'onlyOne' }> {
  const keep = keepPicture(world);
  return async ({ cycle, number, ...given }) => {
    const of = ofProject(cycle, number);
    if ((await picturesOf(given.community, of)).length > 0) return { refused: 'onlyOne' };
    const which = { _id: cycle, community: given.community, 'projects.number': number, frozen: { $exists: false } };
    const isOpen = async (session: mongo.ClientSession) => (await collection(Cycle).findOne(which, { session, projection: { _id: 1 } })) !== null;
    return keep({ ...given, of, isOpen });
  };
}

/** Takes it away, at any time. Rejects with `not-allowed` (`checkRight`). */
export function dropProjectPicture(world: World) {
  const drop = dropPicture(world);
  return ({ cycle, number, ...given }: PictureDrop & Which) => drop({ ...given, of: ofProject(cycle, number) });
}

/** The pictures of a cycle's projects, by the project's number. */
export async function projectPictures(
  { _id, community }: Pick<CycleRecord, '_id' | 'community'>,
  numbers: readonly number[],
): Promise<ProjectPictures> {
  const ids = new Map(numbers.map((number) => [ofProject(_id, number).id, number]));
  const found = await picturesAmong(community, 'project', [...ids.keys()]);
  return new Map(found.map(({ of, picture }) => [ids.get(of) ?? 0, picture]));
}

/** The same where a ballot is shown: only if every project has one, so that none stands out. */
export async function ballotPictures(cycle: Pick<CycleRecord, '_id' | 'community'>, numbers: readonly number[]): Promise<ProjectPictures> {
  const pictures = await projectPictures(cycle, numbers);
  return pictures.size === numbers.length ? pictures : new Map();
}

export type ProjectPictures = ReadonlyMap<number, KeptPicture>;

/** A project's picture goes with its number, or with the project, in the session of a change of the ballot. */
export function moveProjectPicture(
  { _id, community }: Pick<CycleRecord, '_id' | 'community'>,
  before: number,
  after: number | undefined,
  session: mongo.ClientSession,
): Promise<void> {
  return movePictures(community, ofProject(_id, before), after === undefined ? undefined : ofProject(_id, after), session);
}

function ofProject(cycle: string, number: number): PictureOf {
  return { kind: 'project', id: `${cycle}/${number}` };
}
