import { randomFillSync } from 'node:crypto';

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
