import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';
import { forgetAt } from './forgetAt.ts';
import { holdersOf } from './holdersOf.ts';
import type { Place } from './place.ts';
import { tieOf } from './tieOf.ts';

/** `stranger`: nothing is kept of this phone or chat; `shared`: the card has to say whose it is. */
export type Left = { readonly left: true } | { readonly stranger: true } | { readonly shared: true };

/**
 * 删除: removes the name, phones and chats of who acts, from the roster, the requests, the inbox and the proposals; what they said stays, with
 * nobody's name on it, their voice is deleted, and the anonymous ballot stays. Until the close HMACs of phones, chats and card stay, so that `accept` can
 * tell who comes back; of the resident the `_id` stays, so that coming back gives no second ballot. `forget` is given the phones and chats
 * that were theirs alone, for what others than the fund keep of them.
 */
export function leave(
  world: World,
  forget: (community: string, places: readonly Place[]) => Promise<void>,
): (input: unknown, act: Act) => Promise<Left> {
  const holders = holdersOf(world);
  return async (_, act) => {
    const leftKey = world.vault.hmac('act', act.key, 'leave');
    if (await native(Resident).findOne({ community: act.community, leftAddresses: addressHmac(world.vault, act), leftKey })) return { left: true };
    const { holders: here } = await holders(act);
    const [holder, another] = here;
    if (act.resident === undefined && another) return { shared: true };
    const id = act.resident ?? holder?.resident;
    const resident = id === undefined ? null : await native(Resident).findOne({ _id: id, leftAt: { $exists: false } });

    act.beginWrite();
    const places = resident ? placesOf(resident) : [act];
    const own = resident ? await unshared(world, act.community, places, resident._id) : places;
    const gone = await forgetAt(world, act, own, resident?._id);
    await forget(act.community, own);
    if (!resident) return gone ? { left: true } : { stranger: true };
    await native(Resident).updateOne(
      { _id: resident._id },
      {
        $set: {
          role: 'resident',
          ties: [],
          leftAt: act.at,
          leftKey,
          leftAddresses: [...places, act].map(({ channel, address }) => addressHmac(world.vault, { community: act.community, channel, address })),
        },
        $unset: { rosterId: 1, name: 1, phone: 1, building: 1, language: 1, cardMade: 1, endedCards: 1 },
      },
    );
    return { left: true };
  };
}

function placesOf({ phone, ties }: Pick<ResidentRecord, 'phone' | 'ties'>): Place[] {
  const tied = ties.map((tie): Place => {
    const [channel, address = ''] = tie.split(/\|(.*)/s);
    return { channel: channel === 'wechat' ? 'wechat' : 'sms', address };
  });
  return phone && !ties.includes(tieOf({ channel: 'sms', address: phone })) ? [{ channel: 'sms', address: phone }, ...tied] : tied;
}

/** Those of the places that nobody else holds. */
async function unshared(world: World, community: string, places: readonly Place[], resident: string): Promise<Place[]> {
  const held = await Promise.all(places.map((place) => holdersOf(world)({ community, ...place })));
  return places.filter((_, index) => held[index]?.holders.every((holder) => holder.resident === resident));
}
