import { subscribersTo } from '../../contacts/addressBook.ts';
import type { Channel } from '../../contacts/channel.ts';
import type { ContactPoint } from '../../contacts/contact.ts';
import { conversationId, languagesAmong } from '../../dialog/conversation.ts';
import { eveningHead } from '../../fund/ballots/index.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import { type CycleRecord, slipsClose } from '../../fund/cycles/index.ts';
import { logHead } from '../../fund/log/index.ts';
import { votedOrHandedIn } from '../../fund/paper/index.ts';
import { officeOf, Resident, type ResidentRecord, rosterPage } from '../../fund/people/index.ts';
import { boundedMap } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { forEachSettled } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { enqueue, queueMany } from '../outbox/enqueue.ts';
import { quietUntil } from '../quietUntil.ts';
import { type Recipient, recipientOf } from '../recipients.ts';
import { AnnouncementProgress, type AnnouncementProgressRecord } from './nudge.ts';
import type { Occasion } from './occasions.ts';
import { remindable } from './unfinished.ts';
import { watching } from './watching.ts';

/** Notifies the recipients of occasions that are due, which were not notified yet. `cycles`: those of the occasions. */
export type Tell = (due: readonly Occasion[], cycles: readonly CycleRecord[], community: CommunityRecord, ends: number) => Promise<void>;

/** `channels`: those in service. */
export function teller(world: World, channels: readonly Channel[]): Tell {
  const toOne = enqueue(world);
  const notYetTold = notDone();
  return async (due, cycles, community, ends) => {
    const now = due.filter((occasion) => !waits(occasion, community));
    await forEachSettled(await notYetTold(now), 'occasions', async ({ occasion, cursor }) => {
      const cycle = cycles.find(({ _id }) => _id === occasion.cycle);
      if (cycle) await tellAll(occasion, cycle, community, cursor, ends);
    });
  };

  /** Reminders wait for the end of the quiet hours before their recipients are chosen, so that they count for the day on which they are sent. */
  function waits({ to }: Occasion, community: CommunityRecord): boolean {
    return to === 'notVoted' && quietUntil(community, world.now()) !== undefined;
  }

  async function tellAll(
    occasion: Occasion,
    cycle: CycleRecord,
    community: CommunityRecord,
    cursor: string | undefined,
    ends: number,
  ): Promise<void> {
    const said = await saidIn(world, occasion, cycle);
    if (!said) return;
    for (let after = cursor; performance.now() < ends; ) {
      const page = await audience(world, channels, occasion.to, cycle, community, after);
      await notify({ ...occasion, said }, page, community);
      await note(world, occasion, page.next === undefined ? { doneAt: world.now() } : { cursor: page.next });
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  async function notify({ id, cycle, to, until, said }: Occasion, { recipients, places }: Page, community: CommunityRecord): Promise<void> {
    const isReminder = to === 'notVoted';
    const occasion = { occasion: id, community: community._id, until };
    const whom = recipients.map(({ resident, reach: [at] }) => ({ resident, ...(at && { at }) }));
    const residents = recipients.map(({ resident }) => resident);
    const may = isReminder
      ? await remindable(world, whom, { community: community._id, cycle, timezone: community.timezone, occasion: id })
      : new Set(residents);
    await queueMany(
      world,
      { ...occasion, said: () => said, ...(to === 'all' || isReminder ? { unlessVoted: cycle } : {}), ...(isReminder && { reminds: cycle }) },
      recipients.filter(({ resident }) => may.has(resident)),
    );
    for (const place of places) await toOne({ ...occasion, ...place, kind: 'notice', said });
  }
}

/**
 * What is said. The head of the ledger, after the close once it is the seal's, and before there is any the log's alone; with it, and each week, the log's, if that
 * has an entry; what leads to the result only once that is there.
 */
async function saidIn(world: World, { id, kind, from, said }: Occasion, cycle: CycleRecord): Promise<Occasion['said'] | undefined> {
  const close = slipsClose(cycle, world.now());
  const isOver = close !== undefined && close <= from;
  if (kind === 'news' && isOver && cycle.frozen && !cycle.sealedAt) return undefined;
  if (kind !== 'head' && kind !== 'logHead') return said;
  const head = kind === 'head' ? await eveningHead(world, cycle, { occasion: id, isOver }) : undefined;
  if (isOver && kind === 'head' && head === undefined) return undefined;
  const { seq, hash: log } = await logHead(cycle.community);
  if (seq === 0) return undefined;
  return head === undefined ? { key: 'notice.logHead', params: { log } } : { ...said, params: { log, head } };
}

async function note(world: World, { id, community, cycle }: Occasion, how: Pick<AnnouncementProgressRecord, 'doneAt' | 'cursor'>): Promise<void> {
  await collection(AnnouncementProgress).updateOne({ _id: id }, { $set: how, $setOnInsert: { community, cycle, at: world.now() } }, { upsert: true });
}

/** So many occasions that are done are known without asking: more than all communities of a city have at the same time. */
const DONE_KEPT = 50_000;

/** The occasions that are not finished, each with its progress. What is done stays so, and is asked about once. */
function notDone(): (due: readonly Occasion[]) => Promise<{ occasion: Occasion; cursor?: string }[]> {
  const done = boundedMap<string, true>(DONE_KEPT);
  return async (due) => {
    const open = due.filter(({ id }) => !done.get(id));
    if (open.length === 0) return [];
    const found = await collection(AnnouncementProgress)
      .find({ _id: { $in: open.map(({ id }) => id) } })
      .toArray();
    const known = new Map(found.map((progress) => [progress._id, progress]));
    return open.flatMap((occasion) => {
      const { doneAt, cursor } = known.get(occasion.id) ?? {};
      if (doneAt) done.set(occasion.id, true);
      return doneAt ? [] : { occasion, ...(cursor !== undefined && { cursor }) };
    });
  };
}

interface Page {
  readonly recipients: readonly Recipient[];
  /** For news: the phones and chats that asked for it, each by itself, in the language last used there. Of staff where they are reached. */
  readonly places: readonly (ContactPoint & { readonly language: string; readonly next?: readonly ContactPoint[] })[];
  /** Where the next page begins; absent if this was the last. */
  readonly next?: string;
}

const PAGE = 500;
const REACHED = { person: 1, phoneId: 1, linkedContacts: 1, language: 1, role: 1, officeMark: 1 } as const;

/** The recipients of an occasion, page by page. The same cursor always gives the same page. `channels`: those in service. */
async function audience(
  world: World,
  channels: readonly Channel[],
  to: Occasion['to'],
  cycle: CycleRecord,
  community: CommunityRecord,
  after: string = '',
): Promise<Page> {
  if (to === 'subscribers') return subscribers(world, community, channels, after);
  const asRecipients = (residents: readonly ResidentRecord[]) =>
    residents.map((resident) => recipientOf(world.vault, resident, community.language, channels));
  if (to === 'supervisors') {
    const inOffice = await residents({ community: community._id, role: 'supervisor' });
    const recipients = asRecipients(inOffice.filter((each) => officeOf(world.vault, each) === 'supervisor'));
    return { recipients, places: await watching(world, community, { channels, besides: recipients }) };
  }
  const ids = await rosterPage(community._id, after, PAGE);
  const done = to === 'notVoted' ? await votedOrHandedIn(world, cycle, ids) : new Set<string>();
  const next = ids.length === PAGE ? ids.at(-1) : undefined;
  const wanted = ids.filter((id) => !done.has(id));
  return {
    recipients: asRecipients(await residents({ community: community._id, _id: { $in: wanted } })),
    places: [],
    ...(next !== undefined && { next }),
  };
}

function residents(who: { _id: { $in: string[] } } | Pick<ResidentRecord, 'community' | 'role'>): Promise<ResidentRecord[]> {
  return collection(Resident)
    .find({ ...who, erasedAt: { $exists: false }, erasureRequest: { $exists: false } }, { projection: REACHED })
    .toArray();
}

async function subscribers({ vault }: World, { _id, phone, language }: CommunityRecord, channels: readonly Channel[], after: string): Promise<Page> {
  const found = await subscribersTo(vault, _id, after, PAGE);
  const asked = found.flatMap(({ contact }) => contact ?? []);
  const conversationOf = (contact: ContactPoint) => conversationId(vault, { ...contact, to: phone });
  const languages = await languagesAmong(asked.map(conversationOf));
  const next = found.length === PAGE ? found.at(-1)?.id : undefined;
  return {
    recipients: [],
    places: asked
      .filter(({ channel }) => channels.includes(channel))
      .map((contact) => ({ ...contact, language: languages.get(conversationOf(contact)) ?? language })),
    ...(next !== undefined && { next }),
  };
}
