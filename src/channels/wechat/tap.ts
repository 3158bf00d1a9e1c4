import { createHash } from 'node:crypto';

export type Tap = number | 'afresh';

const AFRESH = 0;
/** Numbers of projects below it can be tapped. */
const ROOM = 1_000;
const TAGS = 900_000;

/** The id of a tapped item, digits only: which cycle's, and which project's. What is tapped a year later is no vote of that year. */
export function tapId(cycle: string, tap: Tap): string | undefined {
  const number = tap === 'afresh' ? AFRESH : tap;
  return number < ROOM ? String(tagOf(cycle) * ROOM + number) : undefined;
}

/** What was tapped, where it is of this cycle. */
export function readTap(id: string, cycle: string | undefined): Tap | undefined {
  const whole = /^\d{9}$/.test(id) ? Number(id) : undefined;
  if (whole === undefined || cycle === undefined || Math.floor(whole / ROOM) !== tagOf(cycle)) return undefined;
  return whole % ROOM === AFRESH ? 'afresh' : whole % ROOM;
}

function tagOf(cycle: string): number {
  return TAGS / 9 + (createHash('sha256').update(cycle).digest().readUInt32BE() % TAGS);
}
