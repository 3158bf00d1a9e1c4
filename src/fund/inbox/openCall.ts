import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';

const HOUR_MS = 60 * 60 * 1000;

/** A call asked for from here in the last hour, and nobody has called yet. */
export function openCall({ community, address, channel, at }: Pick<Act, 'community' | 'address' | 'channel' | 'at'>): Promise<LetterRecord | null> {
  const since = new Date(at.getTime() - HOUR_MS);
  return native(Letter).findOne({ '_id.community': community, address, channel, kind: 'call', at: { $gt: since }, answer: { $exists: false } });
}
