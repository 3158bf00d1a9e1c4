import { Resident } from '../fund/records/resident.ts';
import { addressId } from '../fund/roster/addressId.ts';
import { holdersOf } from '../fund/roster/holdersOf.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import type { Held } from './lease.ts';
import { stoppedAmong } from './stoppedAmong.ts';

interface Place {
  readonly community: string;
  readonly channel: 'sms' | 'wechat';
  readonly address: string;
}

/**
 * Those of the messages whose phone or chat wants nothing of what we start, or whose person has said so on another of theirs, before they had
 * this one. A phone that several share speaks for that phone alone.
 */
export function stoppedOf(world: World): (messages: readonly Held[]) => Promise<Set<Held>> {
  const holders = holdersOf(world);
  return async (messages) => {
    const places = await placesOf(messages);
    const stopped = await stoppedAmong([...messages, ...[...places.values()].flat()]);
    const isStopped = async (message: Held) => {
      if (stopped.has(addressId(message))) return true;
      const elsewhere = (places.get(message.resident ?? '') ?? []).filter((place) => stopped.has(addressId(place)));
      if (elsewhere.length === 0 || (await isShared(message))) return false;
      return (await Promise.all(elsewhere.map(isShared))).includes(false);
    };
    const found = await Promise.all(messages.map(isStopped));
    return new Set(messages.filter((_, index) => found[index]));
  };

  async function isShared({ community, channel, address }: Pick<Held, 'community' | 'channel' | 'address'>): Promise<boolean> {
    return (await holders({ community, channel, address })).holders.length > 1;
  }
}

/** Every phone and chat of the residents that are written to, by resident. */
async function placesOf(messages: readonly Held[]): Promise<Map<string, Place[]>> {
  const residents = [...new Set(messages.flatMap(({ resident }) => resident ?? []))];
  if (residents.length === 0) return new Map();
  const found = await native(Resident)
    .find({ _id: { $in: residents } }, { projection: { community: 1, phone: 1, ties: 1 } })
    .toArray();
  return new Map(
    found.map(({ _id, community, phone, ties }) => [
      _id,
      [...(phone === undefined ? [] : [`sms|${phone}`]), ...ties].map((tie): Place => {
        const [channel, address = ''] = tie.split('|');
        return { community, channel: channel === 'wechat' ? 'wechat' : 'sms', address };
      }),
    ]),
  );
}
