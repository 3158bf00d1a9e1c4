import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { Community } from '../records/community.ts';
import type { Tell } from '../tell.ts';

/** Tells the community's person whom to call. A phone can be called back; who asks in a chat is answered from the inbox. */
export async function tellPerson(
  tell: Tell,
  { community: slug, channel, address }: Pick<Act, 'community' | 'channel' | 'address'>,
  number: number,
): Promise<void> {
  if (channel === 'wechat') return;
  const community = await native(Community).findOne({ _id: slug }, { projection: { person: 1, language: 1 } });
  if (!community) return;
  await tell({
    occasion: `call|${slug}|${number}`,
    community: slug,
    channel: 'sms',
    address: community.person.phone,
    language: community.language,
    kind: 'answer',
    said: { key: 'notice.callWanted', params: { number, phone: address } },
  });
}
