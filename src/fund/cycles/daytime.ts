import { HOUR_MS, localTimeOf } from '../../store/wallTime.ts';

/** In hours of the wall's clock. */
const DAYTIME = { from: 6, to: 22, least: 8 };
const STEP_MS = HOUR_MS / 4;

/** Whether a vote is open for eight hours between 6:00 and 22:00 at least, from a moment on: people would notice it. */
export function isOpenByDay(vote: { readonly from: Date; readonly to: Date }, since: Date, timezone: string): boolean {
  let awakeMs = 0;
  for (let at = Math.max(vote.from.getTime(), since.getTime()); at < vote.to.getTime() && awakeMs < DAYTIME.least * HOUR_MS; at += STEP_MS) {
    const { hour } = localTimeOf(at, timezone);
    if (hour >= DAYTIME.from && hour < DAYTIME.to) awakeMs += Math.min(STEP_MS, vote.to.getTime() - at);
  }
  return awakeMs >= DAYTIME.least * HOUR_MS;
}
