import type { ResidentRecord } from '../records/resident.ts';
import type { Place } from './place.ts';
import { tieOf } from './tieOf.ts';

/** Every phone and chat that a resident has. */
export function placesOf({ phone, ties }: Pick<ResidentRecord, 'phone' | 'ties'>): Place[] {
  const tied = ties.map((tie): Place => {
    const [channel, address = ''] = tie.split(/\|(.*)/s);
    return { channel: channel === 'wechat' ? 'wechat' : 'sms', address };
  });
  return phone && !ties.includes(tieOf({ channel: 'sms', address: phone })) ? [{ channel: 'sms', address: phone }, ...tied] : tied;
}
