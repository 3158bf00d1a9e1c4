import { createHash, hash, randomFillSync, timingSafeEqual } from 'node:crypto';

/** Hex SHA-256 of a text's UTF-8 bytes. The pure parts take it as an argument, so that they run in a browser too. */
export type Sha256 = (text: string) => string;

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

/** Whether two secrets are the same. They are hashed first, so that lengths are equal and how long it takes tells nothing about them. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
}

const POOL = 8_192;
let pool = Buffer.alloc(0);
let used = 0;

/** Bytes that nobody can guess, drawn from the system some thousands at a time (a call costs more than its bytes); none is handed out twice. */
export function randomBytes(size: number): Buffer {
  if (size > POOL) return randomFillSync(Buffer.alloc(size));
  if (used + size > pool.length) {
    pool = randomFillSync(Buffer.alloc(POOL));
    used = 0;
  }
  const drawn = pool.subarray(used, used + size);
  used += size;
  return drawn;
}
