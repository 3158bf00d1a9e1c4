interface Today {
  readonly format: Intl.DateTimeFormat;
  minute: number;
  day: string;
}

const today = new Map<string, Today>();

/** The calendar day, `YYYY-MM-DD`, of a moment in an IANA time zone; said once a minute, as every ballot bears it. */
export function dayOf(at: Date, timezone: string): string {
  const minute = Math.floor(at.getTime() / 60_000);
  const said = today.get(timezone) ?? { format: formatOf(timezone), minute: Number.NaN, day: '' };
  today.set(timezone, said);
  if (said.minute !== minute) {
    said.day = said.format.format(at);
    said.minute = minute;
  }
  return said.day;
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' });
}
