import { hash, timingSafeEqual } from 'node:crypto';

/** The hex SHA-256 of a text's UTF-8 bytes. Pure functions take it as an argument, so that they also run in a browser. */
export type Sha256 = (text: string) => string;

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

/** Whether two secrets are the same. They are hashed first, so that their lengths are equal and the time that it takes says nothing about them. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}
