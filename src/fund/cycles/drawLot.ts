import type { World } from '../../store/world.ts';

/** Puts numbers into an order that chance alone decides, every order as likely as any other (Fisher and Yates). */
export function drawLot(randomBytes: World['randomBytes'], numbers: readonly number[]): number[] {
  const lot = [...numbers];
  for (let last = lot.length - 1; last > 0; last--) {
    const place = below(randomBytes, last + 1);
    [lot[last], lot[place]] = [lot[place] as number, lot[last] as number];
  }
  return lot;
}

/** A whole number below `limit`; what would make the lower ones likelier is drawn again. */
function below(randomBytes: World['randomBytes'], limit: number): number {
  const fair = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const drawn = randomBytes(4).readUInt32BE();
    if (drawn < fair) return drawn % limit;
  }
}
