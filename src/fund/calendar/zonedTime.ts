/** A date and time on somebody's wall; months from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The moment at which the clocks in an IANA zone show a wall time. Shown twice (clocks put back), it is the first time; never shown
 * (put forward), it is as long after the change as it is after the hour left out. Undefined where the calendar has no such day or time.
 */
export function zonedTime({ year, month, day, hour, minute, second }: WallTime, timezone: string): Date | undefined {
  const asUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exists = asUtc.getUTCMonth() === month - 1 && asUtc.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) return undefined;
  const wall = asUtc.getTime();
  const candidates = [-DAY_MS, DAY_MS].map((away) => wall - offset(wall + away, timezone));
  const shown = candidates.filter((moment) => moment + offset(moment, timezone) === wall);
  return new Date(shown.length > 0 ? Math.min(...shown) : Math.max(...candidates));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clocks are ahead of UTC at a moment, in milliseconds. */
function offset(moment: number, timezone: string): number {
  const format = formats.get(timezone) ?? formatOf(timezone);
  formats.set(timezone, format);
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}
