import { Address } from '../../contacts/addressBook.ts';
import type { Channel } from '../../contacts/channel.ts';
import { type ContactPoint, parseContact } from '../../contacts/contact.ts';
import { Conversation, conversationId } from '../../dialog/conversation.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import { votedOrHandedIn } from '../../fund/paper/index.ts';
import { Resident, type ResidentRecord, rosterPage } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Recipient, recipientOf } from '../recipients.ts';
import type { Occasion } from './occasions.ts';

export interface Page {
  readonly recipients: readonly Recipient[];
  /** For news: the phones and chats that asked for it, each by itself, in the language last used there. */
  readonly places: readonly (ContactPoint & { readonly language: string })[];
  /** Where the next page begins; absent if this was the last. */
  readonly next?: string;
}

const PAGE = 500;
const REACHED = { person: 1, phoneId: 1, linkedContacts: 1, language: 1 } as const;

/** The recipients of an occasion, page by page. The same cursor always gives the same page. `channels`: those in service. */
export function audience(
  world: World,
  channels: readonly Channel[],
): (to: Occasion['to'], cycle: CycleRecord, community: CommunityRecord, after?: string) => Promise<Page> {
  const voted = votedOrHandedIn(world);
  return async (to, cycle, community, after = '') => {
    if (to === 'subscribers') return subscribers(world, community, channels, after);
    const asRecipients = (residents: readonly ResidentRecord[]) =>
      residents.map((resident) => recipientOf(world.vault, resident, community.language, channels));
    if (to === 'supervisors') return { recipients: asRecipients(await residents({ community: community._id, role: 'supervisor' })), places: [] };
    const ids = await rosterPage(community._id, after, PAGE);
    const done = to === 'notVoted' ? await voted(cycle, ids) : new Set<string>();
    const next = ids.length === PAGE ? ids.at(-1) : undefined;
    const wanted = ids.filter((id) => !done.has(id));
    return { recipients: asRecipients(await residents({ _id: { $in: wanted } })), places: [], ...(next !== undefined && { next }) };
  };
}

function residents(who: { _id: { $in: string[] } } | Pick<ResidentRecord, 'community' | 'role'>): Promise<ResidentRecord[]> {
  return collection(Resident)
    .find({ ...who, erasedAt: { $exists: false }, erasureRequest: { $exists: false } }, { projection: REACHED })
    .toArray();
}

async function subscribers({ vault }: World, { _id, phone, language }: CommunityRecord, channels: readonly Channel[], after: string): Promise<Page> {
  const found = await collection(Address)
    .find({ newsOf: _id, _id: { $gt: after } }, { projection: { newsTo: 1 }, sort: { _id: 1 }, limit: PAGE })
    .toArray();
  const asked = found.flatMap(({ _id: id, newsTo }) => (newsTo && parseContact(vault.decrypt('newsAddress', id, newsTo))) ?? []);
  const conversationOf = (contact: ContactPoint) => conversationId(vault, { ...contact, to: phone });
  const talked = await collection(Conversation)
    .find({ _id: { $in: asked.map(conversationOf) } }, { projection: { language: 1 } })
    .toArray();
  const languages = new Map(talked.map((conversation) => [conversation._id, conversation.language]));
  const next = found.length === PAGE ? found.at(-1)?._id : undefined;
  return {
    recipients: [],
    places: asked
      .filter(({ channel }) => channels.includes(channel))
      .map((contact) => ({ ...contact, language: languages.get(conversationOf(contact)) ?? language })),
    ...(next !== undefined && { next }),
  };
}
