/** Fewer people are never told of by themselves: neither the residents of a building nor those who voted in some days. */
export const LEAST = 10;

/** Of a count that depends on who has voted: the tens that are full. So no single vote shows, however often somebody looks. */
export function inTens(count: number): number {
  return count - (count % LEAST);
}
