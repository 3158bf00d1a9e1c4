import { dayOf } from '../../fund/cycles/dayOf.ts';

const HOUR_MS = 60 * 60 * 1_000;
const A_DAY = 3;

/** Whether who calls now is called back, given when that was done before: once an hour, three times a calendar day. Gives which of the day's it is, from 1. */
export function callBackSlot(at: Date, before: readonly Date[], timezone: string): number | undefined {
  if (before.some((earlier) => Math.abs(at.getTime() - earlier.getTime()) < HOUR_MS)) return undefined;
  const day = dayOf(at, timezone);
  const today = before.filter((earlier) => dayOf(earlier, timezone) === day).length;
  return today < A_DAY ? today + 1 : undefined;
}
