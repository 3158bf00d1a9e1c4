/** Six digits that are to be repeated. */
export const ASKED_FOR = /(回|[Rr]eply )(\d{6})(?!\d)/;

/** Six digits that were not asked for. */
export function others(digits: string): string {
  return String((Number(digits) + 1) % 1_000_000).padStart(6, '0');
}
