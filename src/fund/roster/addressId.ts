import type { Channel } from '../act.ts';
import { tieOf } from './tieOf.ts';

/** `_id` of what a community knows of a phone or chat (`AddressRecord`). */
export function addressId(from: { community: string; channel: Channel; address: string }): string {
  return `${from.community}|${tieOf(from)}`;
}
