import { damm } from '../../src/fund/people/checkDigit.ts';

/** Cards with a right check digit, each another one: `card(0)`, `card(1)`, … */
export function card(n: number): string {
  const digits = String(20_000_000 + n);
  return `${digits}${damm(digits)}`;
}
