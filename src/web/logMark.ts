import type { CommunityRecord } from '../fund/communities/index.ts';
import { logHashBefore } from '../fund/log/index.ts';
import type { Printed } from '../print/index.ts';
import { dayOf, readTime } from '../store/wallTime.ts';
import type { SharedText } from './public/pageText.ts';

/**
 * The head of a community's log at the end of the day before, in a sentence: whoever keeps it can see later that nothing up to it was changed or left out.
 * Undefined as long as there is no entry.
 */
export async function logMark(
  { _id, timezone }: Pick<CommunityRecord, '_id' | 'timezone'>,
  { say, date }: Pick<SharedText, 'say' | 'date'>,
  now: Date,
): Promise<string | undefined> {
  const midnight = readTime(`${dayOf(now, timezone)}T00:00`, timezone, now);
  const hash = midnight && (await logHashBefore(_id, midnight));
  return hash && say('logMark', { until: date(midnight), hash });
}

/** A document with this sentence below it. */
export async function withLogMark(printed: Printed, ...about: Parameters<typeof logMark>): Promise<Printed> {
  const text = await logMark(...about);
  return text === undefined ? printed : { ...printed, blocks: [...printed.blocks, { text, size: 8, grey: true }] };
}
