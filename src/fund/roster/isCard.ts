import { damm } from '../damm.ts';

/** Nine digits that a card may bear: not beginning with 0, the last a right check digit. */
export function isCard(digits: string): boolean {
  return /^[1-9]\d{8}$/.test(digits) && damm(digits) === 0;
}
