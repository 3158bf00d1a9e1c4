import type { ResidentRecord } from '../records/resident.ts';

/** Every phone and chat that a resident has, by its `addressHmac`. */
export function placeIdsOf({ phoneId, ties }: Pick<ResidentRecord, 'phoneId' | 'ties'>): string[] {
  return [...new Set([...(phoneId === undefined ? [] : [phoneId]), ...ties.map(({ id }) => id)])];
}
