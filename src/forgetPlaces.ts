import { Conversation } from './dialog/conversation.ts';
import { conversationId } from './dialog/conversationId.ts';
import { CHANNELS, type Channel } from './fund/act.ts';
import { Community } from './fund/records/community.ts';
import { addressHmac } from './fund/roster/addressHmac.ts';
import type { Place } from './fund/roster/place.ts';
import { CallBack } from './outreach/callBacks/callBack.ts';
import { Message, type MessageState } from './outreach/message.ts';
import { native } from './store/native.ts';
import type { World } from './store/world.ts';

/** What may still be sent, or told of by the carrier, stays until it has come to an end; but what we start is not sent any more. */
const ENDED: MessageState[] = ['delivered', 'failed', 'unknown', 'stopped', 'cancelled', 'sent'];

const BY_PHONE: readonly Channel[] = ['sms', 'voice'];

/** Somebody asked to be deleted: their conversations go a day after their last turn, what was sent to them at once. */
export function forgetPlaces({ vault }: Pick<World, 'vault'>): (community: string, places: readonly Place[]) => Promise<void> {
  return async (community, places) => {
    const to = places.flatMap(({ channel, address }) => (channel === 'wechat' ? [channel] : BY_PHONE).map((one) => ({ channel: one, address })));
    if (to.length === 0) return;
    const ours = await native(Community).findOne({ _id: community }, { projection: { phone: 1 } });
    const ids = to.map((place) => conversationId(vault, { ...place, to: ours?.phone ?? '' }));
    await native(Conversation).updateMany({ _id: { $in: ids } }, { $set: { left: true } });
    await native(Conversation).deleteMany({ _id: { $in: ids }, recent: { $exists: false }, turn: { $exists: false } }); // that day is over
    const at = places.map((place) => addressHmac(vault, { community, ...place }));
    await native(CallBack).deleteMany({ from: { $in: at } });
    await native(Message).deleteMany({ channel: { $in: [...CHANNELS] }, to: { $in: at }, state: { $in: ENDED } });
    await native(Message).deleteMany({ channel: { $in: [...CHANNELS] }, to: { $in: at }, kind: 'notice', state: { $in: ['pending', 'leased'] } });
  };
}
