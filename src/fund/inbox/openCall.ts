import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';
import { addressHmac } from '../roster/addressHmac.ts';

const HOUR_MS = 60 * 60 * 1000;

/** A call asked for from here in the last hour, and nobody has called yet; the first of them, of which the person was told. */
export function openCall({ vault }: World, caller: Pick<Act, 'community' | 'address' | 'channel' | 'at'>): Promise<LetterRecord | null> {
  const { channel, at } = caller;
  const since = new Date(at.getTime() - HOUR_MS);
  const open = { from: addressHmac(vault, caller), channel, kind: 'call' as const, at: { $gt: since }, answer: { $exists: false } };
  return native(Letter).findOne(open, { sort: { '_id.number': 1 } });
}
