import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';

const HOUR_MS = 60 * 60 * 1000;

/** A call asked for from here in the last hour, and nobody has called yet; the first of them, of which the person was told. */
export function openCall({ community, address, channel, at }: Pick<Act, 'community' | 'address' | 'channel' | 'at'>): Promise<LetterRecord | null> {
  const since = new Date(at.getTime() - HOUR_MS);
  const open = { '_id.community': community, address, channel, kind: 'call' as const, at: { $gt: since }, answer: { $exists: false } };
  return native(Letter).findOne(open, { sort: { '_id.number': 1 } });
}
