import { dayOf } from '../cycles/dayOf.ts';
import { zonedTime } from './zonedTime.ts';

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const RELATIVE = /^([+-]\d{1,6})([dhms])$/;
const DAY_AT = /^([+-]\d{1,6})d[T ](\d\d):(\d\d)$/;
const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/;
const WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * A time as people write it in files and commands: `2026-12-01` (00:00) and `2026-12-01T08:00` in the zone, `2026-12-01T00:00Z`,
 * `+14d`, `-3d`, `+12h`, `+30m`, `+90s` from `base`, and `+14dT20:00`, that time in the zone so many days from `base`'s. Undefined where it is none of these.
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
