import type { Channel } from '../fund/act.ts';
import type { ResidentRecord } from '../fund/records/resident.ts';
import { personOf } from '../fund/roster/person.ts';
import { placesOf } from '../fund/roster/placesOf.ts';
import { takesText } from '../fund/takesText.ts';
import type { Reach } from '../fund/tell.ts';
import type { Vault } from '../store/vault.ts';

/** Somebody on the roster, and where they can be reached. */
export interface Recipient {
  /** `_id` of the resident. */
  readonly resident: string;
  readonly name?: string;
  readonly building?: string;
  readonly language: string;
  /** In the order in which they are tried: chat, text, call. Empty where there is none. */
  readonly reach: readonly Reach[];
}

/** A resident as somebody to write to. `language`: the community's, for who has none; `channels`: those in service. */
export function recipientOf(
  vault: Vault,
  resident: Pick<ResidentRecord, '_id' | 'person' | 'building' | 'language' | 'phoneId' | 'ties'>,
  language: string,
  channels: readonly Channel[],
): Recipient {
  const { _id, building, language: own } = resident;
  const { name } = personOf(vault, resident);
  const places = placesOf(vault, resident);
  const number = places.find(({ channel }) => channel === 'sms')?.address;
  const chat = places.findLast(({ channel }) => channel === 'wechat')?.address;
  const reach: Reach[] = [
    ...(chat !== undefined ? [{ channel: 'wechat' as const, address: chat }] : []),
    ...(number !== undefined && takesText(number) !== 'no' ? [{ channel: 'sms' as const, address: number }] : []),
    ...(number !== undefined ? [{ channel: 'voice' as const, address: number }] : []),
  ];
  return {
    resident: _id,
    ...(name && { name }),
    ...(building && { building }),
    language: own ?? language,
    reach: reach.filter(({ channel }) => channels.includes(channel)),
  };
}
