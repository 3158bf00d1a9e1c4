import { linesOf } from './linesOf.ts';

/** The line, from 1, on which a key of a JSON text with one value a line first stands; 1 where it does not. */
export function lineOfKey(text: string, key: PropertyKey | undefined): number {
  const index = linesOf(text).findIndex((line) => line.trimStart().startsWith(`"${String(key)}"`));
  return Math.max(index, 0) + 1;
}
