import { DAY_MS } from '../../store/dayMs.ts';

/** The day (UTC) of a moment: what is kept of an address, or of who left, for good does not tell in which order residents acted, which is that of the ballots. */
export function wholeDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}
