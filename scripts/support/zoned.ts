/** A moment as the clocks of a zone show it, `2026-12-01 08:00`. */
export function zoned(at: Date, timezone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' }).format(at);
}
