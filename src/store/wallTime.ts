/** A day of 24 hours, in milliseconds. */
export const DAY_MS = 24 * 60 * 60 * 1_000;
/** An hour, in milliseconds. */
export const HOUR_MS = 60 * 60 * 1_000;

/** Whether a text is a day of the calendar, `2027-03-09`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text;
}

/** Whether a text is a day of the calendar from one day to another, both included. */
export function isDayWithin(text: string, first: string, last: string): boolean {
  return isDay(text) && first <= text && text <= last;
}

/** A day so many years later (earlier if `years` is negative), to compare others with: the 29th of February stays one. */
export function yearsFrom(day: string, years: number): string {
  return `${Number(day.slice(0, 4)) + years}${day.slice(4)}`;
}

/** Date and time as a clock on the wall shows them; months from 1. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What the clocks of an IANA zone show at a moment. Throws a RangeError if there is no such zone. */
export function localTimeOf(moment: Date | number, timezone: string): LocalTime {
  const wall = new Date(Number(moment) + offset(Number(moment), timezone));
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate()];
  return { year, month, day, hour: wall.getUTCHours(), minute: wall.getUTCMinutes(), second: wall.getUTCSeconds() };
}

const OFFSETS_KEPT = 10_000;
const offsets = new Map<string, Map<number, number>>();

/** How far the zone's clocks are ahead of UTC at a moment, in milliseconds. It is kept for the minute: the dates of a calendar are asked for again and again, and the formatter takes 6 µs. */
function offset(moment: number, timezone: string): number {
  const kept = offsets.get(timezone) ?? new Map<number, number>();
  const minute = Math.floor(moment / MINUTE_MS);
  const known = kept.get(minute);
  if (known !== undefined) return known;
  const found = offsetAt(minute * MINUTE_MS, timezone);
  if (kept.size >= OFFSETS_KEPT) kept.clear();
  offsets.set(timezone, kept.set(minute, found));
  return found;
}

const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function offsetAt(moment: number, timezone: string): number {
  const format = formats.get(timezone) ?? wallFormat(timezone);
  formats.set(timezone, format);
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - moment;
}

function wallFormat(timezone: string): Intl.DateTimeFormat {
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

/**
 * The moment at which the clocks in an IANA zone show a wall time. If they show it twice (clocks put back), it is the first time. If they never show it
 * (clocks put forward), it is as long after the change as the time lies in the missing hour. Undefined if the calendar has no such day or time.
 */
function zonedTime({ year, month, day, hour, minute, second }: LocalTime, timezone: string): Date | undefined {
  const asUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exists = asUtc.getUTCMonth() === month - 1 && asUtc.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) return undefined;
  const wall = asUtc.getTime();
  const candidates = [-DAY_MS, DAY_MS].map((away) => wall - offset(wall + away, timezone));
  const shown = candidates.filter((moment) => moment + offset(moment, timezone) === wall);
  return new Date(shown.length > 0 ? Math.min(...shown) : Math.max(...candidates));
}

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const RELATIVE = /^([+-]\d{1,6})([dhms])$/;
const DAY_AT = /^([+-]\d{1,6})d[T ](\d\d):(\d\d)$/;
const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/;
const WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * A time as people write it in files and commands: `2026-12-01` (00:00) and `2026-12-01T08:00` in the zone, `2026-12-01T00:00Z`,
 * `+14d`, `-3d`, `+12h`, `+30m`, `+90s` from `base`, and `+14dT20:00`: that time in the zone, so many days from `base`'s day. Undefined if it is none of these.
 */
export function readTime(text: string, timezone: string, base: Date): Date | undefined {
  const relative = RELATIVE.exec(text);
  if (relative) return new Date(base.getTime() + Number(relative[1]) * UNITS_MS[relative[2] as keyof typeof UNITS_MS]);
  const dayAt = DAY_AT.exec(text);
  if (dayAt) {
    const [days = 0, hour = 0, minute = 0] = dayAt.slice(1).map(Number);
    const [year = 0, month = 0, day = 0] = dayOf(base, timezone).split('-').map(Number);
    const away = new Date(Date.UTC(year, month - 1, day + days));
    return zonedTime({ year: away.getUTCFullYear(), month: away.getUTCMonth() + 1, day: away.getUTCDate(), hour, minute, second: 0 }, timezone);
  }
  if (WITH_ZONE.test(text)) {
    const moment = new Date(text);
    return Number.isNaN(moment.getTime()) ? undefined : moment;
  }
  const wall = WALL.exec(text);
  if (!wall) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = wall.slice(1).map((part) => Number(part ?? 0));
  return zonedTime({ year, month, day, hour, minute, second }, timezone);
}

/** The same time on the wall so many days later (earlier if `days` is negative), even if clocks were changed in between. */
export function daysFrom(moment: Date, days: number, timezone: string): Date {
  const { hour, minute } = localTimeOf(moment, timezone);
  const wall = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
  const at = readTime(`${days < 0 ? '-' : '+'}${Math.abs(days)}dT${wall}`, timezone, moment);
  return at ?? moment;
}

/** The calendar day, `YYYY-MM-DD`, of a moment in an IANA time zone. */
export function dayOf(at: Date, timezone: string): string {
  const { year, month, day } = localTimeOf(at, timezone);
  return [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-');
}
