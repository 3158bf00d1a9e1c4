import { damm } from '../damm.ts';

/** Eight digits that a card may bear: not beginning with 0, the last a right check digit. */
export function isCard(digits: string): boolean {
  return /^[1-9]\d{7}$/.test(digits) && damm(digits) === 0;
}
