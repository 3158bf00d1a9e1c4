import type { ResidentsRead } from './readResidents.ts';

/** `1栋1单元101`: the building, and what of the door follows it. */
const BUILDING_FIRST = /^(\S{1,8}?(?:栋|幢|号楼|座))[\s,，、-]*(.*)$/u;

/**
 * The rows of a list that has no column of buildings, with the building that each door begins with, and the door without it. Undefined if not every door that is
 * given names one.
 */
export function splitDoors(read: ResidentsRead): ResidentsRead | undefined {
  const { rows, columns } = read;
  if (!columns.includes('door') || columns.includes('building')) return undefined;
  const parts = rows.map(({ door }) => (door === undefined ? [] : (BUILDING_FIRST.exec(door) ?? undefined)));
  if (parts.every((found) => found?.length === 0) || parts.includes(undefined)) return undefined;
  return {
    ...read,
    columns: [...columns, 'building'],
    rows: rows.map((row, index) => {
      const [, building, door] = parts[index] ?? [];
      return building === undefined ? row : { ...row, building, door: door || undefined };
    }),
  };
}
