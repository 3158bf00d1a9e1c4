const DIGITS = '零一二三四五六七八九';

/** A number to 99 as it is said; a greater one in digits. */
export function numeralOf(number: number): string {
  const [tens, ones] = [Math.floor(number / 10), number % 10];
  if (tens > 9) return String(number);
  const last = ones === 0 && tens > 0 ? '' : DIGITS.charAt(ones);
  return tens === 0 ? last : `${tens === 1 ? '' : DIGITS.charAt(tens)}十${last}`;
}
