import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Actor, checkView } from '../people/index.ts';
import { dropPicture, type KeptPicture, keepPicture, type MadePicture, type PictureKept, type PictureOf, picturesOf } from '../pictures/index.ts';
import { Table } from './table.ts';

interface Of {
  readonly community: string;
  readonly cycle: string;
  readonly table: number;
}

/**
 * Keeps a picture of the sheet that two people signed as they closed a table, until a supervisor has had their word on it. It bears names: only who works with
 * tables sees it. Rejects with `not-allowed` (`checkRight`).
 */
export function keepTablePicture(world: World): (given: Of & { picture: MadePicture; caption?: string; actor: Actor }) => Promise<PictureKept> {
  const keep = keepPicture(world);
  return ({ cycle, table, ...given }) => {
    const closed = { _id: { cycle, number: table }, community: given.community, 'closed.at': { $exists: true }, 'validated.at': { $exists: false } };
    const isOpen = async (session: Parameters<NonNullable<Parameters<typeof keep>[0]['isOpen']>>[0]) =>
      (await collection(Table).findOne(closed, { session, projection: { _id: 1 } })) !== null;
    return keep({ ...given, of: ofTable(cycle, table), isOpen });
  };
}

/** Takes one away. Rejects with `not-allowed` (`checkRight`). */
export function dropTablePicture(world: World) {
  const drop = dropPicture(world);
  return ({ cycle, table, ...given }: Of & { id: string; reason: string; actor: Actor }) => drop({ ...given, of: ofTable(cycle, table) });
}

/** The pictures of a table's sheet, the oldest first, without their bytes. Rejects with `not-allowed` (`checkView`). */
export function readTablePictures({ community, cycle, table }: Of, actor: Actor): Promise<KeptPicture[]> {
  checkView(actor, 'table', community);
  return picturesOf(community, ofTable(cycle, table));
}

function ofTable(cycle: string, table: number): PictureOf {
  return { kind: 'table', id: `${cycle}/${table}` };
}
