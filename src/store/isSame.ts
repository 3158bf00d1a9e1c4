import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are the same. They are hashed first, so that lengths are equal and how long it takes tells nothing about them. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
}
