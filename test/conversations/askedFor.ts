/** Six or twelve digits that are to be repeated. */
export const ASKED_FOR = /(回|[Rr]eply |十二位数\uff1a)(\d{6}|(?:\d{3} ){3}\d{3})(?!\d)/;

/** As many digits that were not asked for. */
export function others(digits: string): string {
  return digits.replace(/\d$/, (last) => String((Number(last) + 1) % 10));
}
