import { DAY_MS } from '../../store/dayMs.ts';
import { type WallTime, wallOf } from '../../store/wallOf.ts';

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

/** How far the zone's clocks are ahead of UTC at a moment, in milliseconds. */
function offset(moment: number, timezone: string): number {
  const { year, month, day, hour, minute, second } = wallOf(moment, timezone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
