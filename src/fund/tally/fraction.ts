/** An exact number. `denominator` > 0; not reduced. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The nearest double, or its neighbour, whatever the size of the two. */
export function toNumber({ numerator, denominator }: Fraction): number {
  const whole = numerator / denominator;
  return Number(whole) + Number(((numerator - whole * denominator) << 80n) / denominator) / 2 ** 80;
}
