import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { cleanText } from '../../store/text.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { Community } from '../communities/index.ts';
import { encryptedAnswer, Inquiry, type InquiryKind, type InquiryRecord, insertInquiry } from './inquiry.ts';
import { awaitRecording } from './recording.ts';

/** The longest text that is kept, in characters: more than a message can carry. */
const MAX = 2_000;

/**
 * Puts an inquiry into a community's inbox and gives its number there. If a resident asks to be called, the community's person is notified as well,
 * once an hour: to ask again meanwhile gives the same number. `recording`: the inquiry was spoken, and this is the carrier's id of the recording.
 */
export function writeInquiry(
  world: World,
  notify: Notify,
): (input: { kind: InquiryKind; text: string; recording?: string }, act: Act) => Promise<{ number: number }> {
  return async ({ kind, text, recording }, act) => {
    const { community, channel, address, resident, at } = act;
    const isTold = kind === 'call' && !CHANNELS[channel].isSpoken; // a caller is connected at once: see afterDial
    const key = world.vault.hmac('act', act.key, 'writeInquiry');
    const before = (await collection(Inquiry).findOne({ key })) ?? (kind === 'call' ? await openCall(world, act) : null);
    if (before) {
      if (isTold && before.key === key) await notifyPerson(notify, act, before._id.number);
      return { number: before._id.number };
    }

    act.beginWrite();
    const spoken = recording && { recording: await awaitRecording(world, recording, act), state: 'beingWrittenDown' as const };
    const inquiry = {
      kind,
      text: [...cleanText(text)].slice(0, MAX).join(''),
      ...(spoken && { spoken }),
      channel,
      address,
      ...(resident && { resident }),
      at,
      key,
    };
    const number = await insertInquiry(world, community, inquiry);
    if (isTold) await notifyPerson(notify, act, number);
    return { number };
  };
}

type Caller = CommunityContact & Pick<Act, 'at'>;

/** What happens after a caller asked for a person and was connected to one. */
export interface AfterDial {
  /** The two talked: nobody has to call back. */
  talked(caller: Caller): Promise<void>;
  /** Nobody answered: the community's person is notified of who wants to be called. */
  nobody(caller: Caller): Promise<void>;
  /**
   * The caller left a message: it lies in the inbox with the request, or by itself if the request has a message already or has gone. `recording` is
   * the carrier's id.
   */
  message(caller: Caller, recording: string): Promise<void>;
}

/** Each function is harmless to repeat. Without a message, nothing is done if the request is no longer there. */
export function afterDial(world: World, notify: Notify): AfterDial {
  return {
    talked: async (caller) => {
      const inquiry = await openCall(world, caller);
      if (inquiry) await change(inquiry, { answer: { text: encryptedAnswer(world.vault, inquiry._id, ''), by: 'phone', at: world.now() } });
    },
    nobody: async (caller) => {
      const inquiry = await openCall(world, caller);
      if (inquiry) await notifyPerson(notify, caller, inquiry._id.number);
    },
    message: async (caller, carrierId) => {
      const recording = await awaitRecording(world, carrierId, caller);
      if (await collection(Inquiry).findOne({ 'spoken.recording': recording }, { projection: { _id: 1 } })) return;
      const spoken = { recording, state: 'beingWrittenDown' as const };
      const inquiry = await openCall(world, caller);
      if (inquiry && (await change(inquiry, { spoken }, { spoken: { $exists: false } }))) return;
      const { community, channel, address, at } = caller;
      const key = world.vault.hmac('act', carrierId, 'message');
      const resident = inquiry?.resident && { resident: inquiry.resident };
      const number = await insertInquiry(world, community, { kind: 'call', text: '', spoken, channel, address, ...resident, at, key });
      if (!inquiry) await notifyPerson(notify, caller, number);
    },
  };
}

/** Changes an inquiry; gives false if it has been answered meanwhile. */
async function change({ _id }: InquiryRecord, to: Partial<InquiryRecord>, where: { spoken?: { $exists: false } } = {}): Promise<boolean> {
  return (await collection(Inquiry).updateOne({ _id, answer: { $exists: false }, ...where }, { $set: to })).matchedCount === 1;
}

/** The first call that was asked for from here in the last hour, if nobody has called yet: the person was notified of this one. */
function openCall({ vault }: World, caller: Caller): Promise<InquiryRecord | null> {
  const { channel, at } = caller;
  const since = new Date(at.getTime() - HOUR_MS);
  const open = { from: addressHmac(vault, caller), channel, kind: 'call' as const, at: { $gt: since }, answer: { $exists: false } };
  return collection(Inquiry).findOne(open, { sort: { '_id.number': 1 } });
}

/** Notifies the community's person of whom to call. A phone can be called back; a resident who asks in a chat is answered from the inbox. */
async function notifyPerson(notify: Notify, { community: slug, channel, address }: CommunityContact, number: number): Promise<void> {
  if (!CHANNELS[channel].isPhone) return;
  const community = await collection(Community).findOne({ _id: slug }, { projection: { person: 1, language: 1 } });
  if (!community) return;
  await notify({
    occasion: `call|${slug}|${number}`,
    community: slug,
    ...phoneContact(community.person.phone),
    language: community.language,
    kind: 'answer',
    said: { key: 'notice.callWanted', params: { number, phone: address } },
  });
}
