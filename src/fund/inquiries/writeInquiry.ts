import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { cleanText } from '../../store/text.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { holdersOf, personOf } from '../people/index.ts';
import {
  encryptedAnswer,
  encryptedInquiry,
  findInquiry,
  Inquiry,
  type InquiryKind,
  type InquiryRecord,
  inquiryText,
  insertInquiry,
} from './inquiry.ts';
import { awaitRecording } from './recording.ts';

/** The longest text that is kept, in characters: more than a message can carry. */
const MAX = 2_000;

/**
 * Puts an inquiry into a community's inbox and gives its number there. If a resident asks to be called, the community's person is notified as well,
 * of who it is and what it is about, once an hour: to ask again meanwhile gives the same number, and adds to the text. Of a report the supervisors are
 * told at once. `recording`: the inquiry was spoken, and this is the carrier's id of the recording.
 */
export async function writeInquiry(
  world: World,
  notify: Notify,
  { kind, text, recording }: { kind: InquiryKind; text: string; recording?: string },
  act: Act,
  supervisorsOf: (community: string) => Promise<readonly { readonly id: string; readonly phone: string }[]> = async () => [],
): Promise<{ number: number }> {
  const { community, channel, address, resident, at } = act;
  const isTold = kind === 'call' && !CHANNELS[channel].isSpoken; // a caller is connected at once: see afterDial
  const key = world.vault.hmac('act', act.key, 'writeInquiry');
  const before = (await collection(Inquiry).findOne({ '_id.community': community, key })) ?? (kind === 'call' ? await openCall(world, act) : null);
  if (before) {
    if (kind === 'report') await notifySupervisors(before._id.number);
    if (isTold && before.key === key) await notifyPerson(world, notify, act, before);
    if (before.key !== key && text !== '') await addText(world, act, before, text);
    return { number: before._id.number };
  }

  act.beginWrite();
  const spoken = recording && { recording: await awaitRecording(world, recording, act), state: 'beingWrittenDown' as const };
  const inquiry = {
    kind,
    text: cut(text),
    ...(spoken && { spoken }),
    channel,
    address,
    ...(resident && { resident }),
    at,
    key,
  };
  const inserted = await insertInquiry(world, community, inquiry);
  const written = isTold && (await findInquiry(community, inserted));
  if (written) await notifyPerson(world, notify, act, written);
  if (kind === 'report') await notifySupervisors(inserted);
  return { number: inserted };

  /** They are told that it is there, not what it says. */
  async function notifySupervisors(number: number): Promise<void> {
    const found = await findCommunity(community);
    for (const { phone } of found ? await supervisorsOf(community) : [])
      await notify({
        occasion: `report|${community}|${number}`,
        community,
        ...phoneContact(phone),
        language: found?.language,
        kind: 'answer',
        askedAt: at,
        said: { key: 'notice.report', params: { number } },
      });
  }
}

/** A call is asked for again before anybody has called: what was written meanwhile goes to the same inquiry. */
async function addText({ vault }: World, act: Act, inquiry: InquiryRecord, text: string): Promise<void> {
  const before = inquiryText(vault, inquiry);
  if (before.includes(cut(text))) return;
  act.beginWrite();
  const all = cut([before, text].filter((part) => part !== '').join(' / '));
  await change(inquiry, { text: encryptedInquiry(vault, inquiry._id, all) });
}

/** As much of a text as is kept. */
function cut(text: string): string {
  return [...cleanText(text)].slice(0, MAX).join('');
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
      if (inquiry) await notifyPerson(world, notify, caller, inquiry);
    },
    message: async (caller, carrierId) => {
      const recording = await awaitRecording(world, carrierId, caller);
      if (await collection(Inquiry).findOne({ '_id.community': caller.community, 'spoken.recording': recording }, { projection: { _id: 1 } })) return;
      const spoken = { recording, state: 'beingWrittenDown' as const };
      const inquiry = await openCall(world, caller);
      if (inquiry && (await change(inquiry, { spoken }, { spoken: { $exists: false } }))) return;
      const { community, channel, address, at } = caller;
      const key = world.vault.hmac('act', carrierId, 'message');
      const resident = inquiry?.resident && { resident: inquiry.resident };
      const number = await insertInquiry(world, community, { kind: 'call', text: '', spoken, channel, address, ...resident, at, key });
      const written = !inquiry && (await findInquiry(community, number));
      if (written) await notifyPerson(world, notify, caller, written);
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
  const open = {
    '_id.community': caller.community,
    from: addressHmac(vault, caller),
    channel,
    kind: 'call' as const,
    at: { $gt: since },
    answer: { $exists: false },
  };
  return collection(Inquiry).findOne(open, { sort: { '_id.number': 1 } });
}

/** Notifies the community's person of whom to call. A phone can be called back; a resident who asks in a chat is answered from the inbox. */
async function notifyPerson(
  world: World,
  notify: Notify,
  { community: slug, channel, address }: CommunityContact,
  inquiry: InquiryRecord,
): Promise<void> {
  if (!CHANNELS[channel].isPhone) return;
  const community = await findCommunity(slug);
  if (!community) return;
  const { number } = inquiry._id;
  const words = endOf(inquiryText(world.vault, inquiry));
  const name = await nameOf(world, { community: slug, channel, address });
  const key = words ? 'notice.callWantedAbout' : name ? 'notice.callWantedBy' : 'notice.callWanted';
  await notify({
    occasion: `call|${slug}|${number}`,
    community: slug,
    ...phoneContact(community.person.phone),
    language: community.language,
    kind: 'answer',
    askedAt: inquiry.at,
    said: { key, params: { number, phone: address, ...((name || words) && { name }), ...(words && { words }) } },
  });
}

/** The name of the one resident who holds a phone or chat; empty if nobody or several do. */
async function nameOf(world: World, contact: CommunityContact): Promise<string> {
  const { holders } = await holdersOf(world)(contact);
  const [holder, another] = holders;
  return (holder?.person && !another && personOf(world.vault, { _id: holder.resident, person: holder.person }).name) || '';
}

/** The end of what was written: what was written last says most, and the inbox has all of it. */
function endOf(words: string): string {
  const characters = [...words];
  return characters.length <= SHOWN ? words : `…${characters.slice(1 - SHOWN).join('')}`;
}

const SHOWN = 40;
