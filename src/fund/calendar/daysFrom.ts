import { wallOf } from '../../store/wallOf.ts';
import { readTime } from './readTime.ts';

/** The same time on the wall so many days later (earlier where `days` is negative), whatever the clocks did in between. */
export function daysFrom(moment: Date, days: number, timezone: string): Date {
  const { hour, minute } = wallOf(moment, timezone);
  const wall = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
  const at = readTime(`${days < 0 ? '-' : '+'}${Math.abs(days)}dT${wall}`, timezone, moment);
  return at ?? moment;
}
