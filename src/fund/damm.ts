/** The totally anti-symmetric quasigroup of order 10 in Damm's thesis (2004). */
const QUASIGROUP = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/**
 * The check digit of a string of digits: `572` gives 4. With it at the end, the check digit of the whole is 0;
 * any one digit changed, or two neighbours exchanged, make it something else.
 */
export function damm(digits: string): number {
  return [...digits].reduce((interim, digit) => {
    const next = QUASIGROUP[interim]?.[Number(digit)];
    if (next === undefined) throw new RangeError('the check digit is made of digits');
    return next;
  }, 0);
}
