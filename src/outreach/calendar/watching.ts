import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { type ContactPoint, phoneContact } from '../../contacts/contact.ts';
import { type CommunityRecord, countCommunities } from '../../fund/communities/index.ts';
import { isForAll, staffChatsOf, staffOf } from '../../fund/staff/index.ts';
import type { World } from '../../store/world.ts';
import { type Recipient, reachedBy } from '../recipients.ts';

/** Where somebody is reached who watches a community, and where to try next. */
export interface Watching extends ContactPoint {
  readonly language: string;
  readonly next: readonly ContactPoint[];
}

/** An office for all communities is told of each of so few; of more it would be texted all evening. */
const FEW = 20;

/**
 * Where those are reached who watch a community as staff: its supervisors, and the offices above it. Each phone once, and not where it belongs to one of
 * `besides`, who are told as residents. `channels`: those in service.
 */
export async function watching(
  world: World,
  { _id, language }: Pick<CommunityRecord, '_id' | 'language'>,
  { channels, besides }: { channels: readonly Channel[]; besides: readonly Recipient[] },
): Promise<Watching[]> {
  const written = channels.filter((channel) => !CHANNELS[channel].isSpoken); // nobody writes a hash down that a call says
  const told = new Set(besides.flatMap(({ reach }) => reach.map(({ address }) => address)));
  const staff = (await staffOf(world, _id)).filter(({ role }) => role === 'supervisor' || role === 'office');
  const few = staff.some(isForAll) ? (await countCommunities()) <= FEW : false;
  const phones = new Set(staff.filter((member) => few || !isForAll(member)).map(({ phone }) => phone));
  const found = [...phones]
    .filter((phone) => !told.has(phone))
    .map(async (phone): Promise<Watching[]> => {
      const [first, ...next] = reachedBy([phoneContact(phone), ...(await staffChatsOf(world, _id, phone))], written);
      return first ? [{ ...first, language, next }] : [];
    });
  return (await Promise.all(found)).flat();
}
