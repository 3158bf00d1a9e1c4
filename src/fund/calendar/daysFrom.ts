import { readTime } from './readTime.ts';

/** The same time on the wall so many days later (earlier where `days` is negative), whatever the clocks did in between. */
export function daysFrom(moment: Date, days: number, timezone: string): Date {
  const wall = wallTime(moment, timezone);
  const at = readTime(`${days < 0 ? '-' : '+'}${Math.abs(days)}dT${wall}`, timezone, moment);
  return at ?? moment;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `HH:MM`. */
function wallTime(moment: Date, timezone: string): string {
  const format =
    formats.get(timezone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formats.set(timezone, format);
  return format.format(moment);
}
