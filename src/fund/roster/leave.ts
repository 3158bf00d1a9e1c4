import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { maskNumbers } from '../proposals/maskNumbers.ts';
import { Address } from '../records/addressBook.ts';
import { JoinRequest } from '../records/joinRequest.ts';
import { Letter } from '../records/letter.ts';
import { Proposal } from '../records/proposal.ts';
import { Recording } from '../records/recording.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import type { Spoken } from '../records/spoken.ts';
import { addressHmac } from './addressHmac.ts';
import { holdersOf } from './holdersOf.ts';
import { tieOf } from './tieOf.ts';

/** `stranger`: nothing is kept of this phone or chat; `shared`: the card has to say whose it is. */
export type Left = { readonly left: true } | { readonly stranger: true } | { readonly shared: true };

/** A phone or chat. */
export interface Place {
  readonly channel: Act['channel'];
  readonly address: string;
}

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
    const gone = await forgetPlaces(world, act, own, resident?._id);
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

/** Whether there was anything to forget. Locks against guessing stay with their phone until they run out. */
async function forgetPlaces({ vault }: World, { community, at }: Act, places: readonly Place[], resident: string | undefined): Promise<boolean> {
  let gone = false;
  for (const { channel, address } of places) {
    const stranger = addressHmac(vault, { community, channel, address });
    const channels = channel === 'wechat' ? [channel] : (['sms', 'voice'] as const);
    await forgetVoice(at, { community, by: stranger });
    const [requests, proposals] = await Promise.all([
      native(JoinRequest).updateMany({ '_id.community': community, channel: { $in: channels }, address }, [
        { $set: { address: { $concat: ['gone|', { $toString: '$_id.request' }] }, state: 'withdrawn' } },
        { $unset: ['name', 'building', 'decided'] },
      ]),
      native(Proposal).updateMany({ community, by: stranger, address: { $exists: true } }, { $unset: { address: 1 } }),
    ]);
    const letters = await forgetLetters(at, { '_id.community': community, address, channel: { $in: [...channels] } });
    const known = await native(Address).deleteOne({
      _id: `${community}|${tieOf({ channel, address })}`,
      needsCard: { $exists: false },
      $nor: [{ cardLockedUntil: { $gt: at } }, { 'wrongCards.since': { $gt: new Date(at.getTime() - 24 * 60 * 60 * 1000) } }],
    });
    gone ||= requests.modifiedCount + proposals.modifiedCount + letters + known.deletedCount > 0;
  }
  if (resident !== undefined) {
    await forgetVoice(at, { community, by: resident });
    await native(Proposal).updateMany({ community, by: resident }, { $unset: { address: 1 } });
    await forgetLetters(at, { '_id.community': community, resident });
  }
  return gone;
}

/** Takes the sender off letters, and the numbers out of what they wrote. */
async function forgetLetters(
  at: Date,
  which: { '_id.community': string; address?: string; channel?: { $in: Act['channel'][] }; resident?: string },
): Promise<number> {
  const letters = await native(Letter)
    .find(which, { projection: { text: 1, spoken: 1 } })
    .toArray();
  await endRecordings(at, letters);
  for (const { _id, text } of letters)
    await native(Letter).updateOne({ _id }, { $set: { text: maskNumbers(text) }, $unset: { address: 1, resident: 1 } });
  return letters.length;
}

/** The proposals stay. */
async function forgetVoice(at: Date, which: { community: string; by: string }): Promise<void> {
  const wanted = { ...which, spoken: { $exists: true } };
  await endRecordings(
    at,
    await native(Proposal)
      .find(wanted, { projection: { spoken: 1 } })
      .toArray(),
  );
}

async function endRecordings(at: Date, of: readonly { spoken?: Spoken }[]): Promise<void> {
  const recordings = of.flatMap(({ spoken }) => spoken?.recording ?? []);
  if (recordings.length > 0) await native(Recording).updateMany({ _id: { $in: recordings } }, { $set: { state: 'ending', dueAt: at, attempts: 0 } });
}
