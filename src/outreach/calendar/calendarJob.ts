import { Address } from '../../contacts/addressBook.ts';
import type { Channel } from '../../contacts/channel.ts';
import { type ContactPoint, parseContact } from '../../contacts/contact.ts';
import { Conversation, conversationId } from '../../dialog/conversation.ts';
import { finishedHead } from '../../fund/ballots/index.ts';
import { Community, type CommunityRecord } from '../../fund/communities/index.ts';
import { type CycleRecord, liveCycles, periods, slipsClose, voteOf } from '../../fund/cycles/index.ts';
import { logHead } from '../../fund/log/index.ts';
import { publicSteps, stepsTaken } from '../../fund/meetings/index.ts';
import { votedOrHandedIn } from '../../fund/paper/index.ts';
import { Resident, type ResidentRecord, rosterPage } from '../../fund/people/index.ts';
import { RATED_FOR_MS, workSteps, worksOfMany } from '../../fund/works/index.ts';
import { cached } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { forEachSettled } from '../../store/inTime.ts';
import type { World } from '../../store/world.ts';
import { enqueue, queueMany } from '../outbox/enqueue.ts';
import { quietUntil } from '../quietUntil.ts';
import { type Recipient, recipientOf } from '../recipients.ts';
import { AnnouncementProgress, type AnnouncementProgressRecord } from './nudge.ts';
import { type Occasion, occasionsAt } from './occasions.ts';
import { remindable, unfinished } from './unfinished.ts';
import { newsOfWorks, ratingAsks } from './worksToTell.ts';

/** Sends everything that is due by the calendar. Harmless to run late, twice or not at all for a week. `channels`: those in service. */
export function calendarJob(world: World, channels: readonly Channel[]): () => Promise<void> {
  const look = announceDue(world, channels);
  const remind = unfinished(world, channels);
  return async () => {
    await forEachSettled([look, remind], 'looks', (job) => job());
  };
}

/** A look ends after so long; the next one goes on with the rest. */
const LOOK_MS = 20_000;
/** What was done in a cycle, which is told on the morning after, is read anew after so long, and kept of so many cycles. Works are looked at as often. */
const STEPS_MS = 5 * 60_000;
const CYCLES = 200;
/** So many cycles are read together, some milliseconds of work: each alone, a thousand made 500 commands a second. */
const TOGETHER = 25;

/**
 * One look at all calendars: the recipients of whatever is due are notified, page by page, each page once. Late, twice or cut off in
 * the middle, it is harmless; a calendar that fails does not stop the others. `channels`: those in service.
 */
export function announceDue(world: World, channels: readonly Channel[]): () => Promise<void> {
  const pageOf = audience(world, channels);
  const mayBeReminded = remindable(world);
  const taken = cached(world, STEPS_MS, CYCLES, stepsTaken(world));
  const worksOf = cached(world, STEPS_MS, CYCLES, worksOfMany(world));
  const toMany = queueMany(world);
  const toOne = enqueue(world);
  let lastServed = '';
  /** The last look at works that was not cut off. */
  let worksAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const ends = performance.now() + LOOK_MS;
    const begun = world.now();
    const isForWorks = Math.abs(begun.getTime() - worksAt) >= STEPS_MS;
    const cycles = await liveCycles(begun, isForWorks ? new Date(begun.getTime() - RATED_FOR_MS) : undefined);
    const communities = await communitiesOf(cycles);
    const asked = await nudges(begun);
    const inTurn = startingAfter(lastServed, cycles);
    const worked = isForWorks ? cyclesWithWorks(cycles, begun) : undefined;
    try {
      await forEachSettled(inTurn.entries(), 'calendars', async ([place, cycle]) => {
        if (performance.now() >= ends) return;
        if (place % TOGETHER === 0) await Promise.allSettled(inTurn.slice(place, place + TOGETHER).flatMap(read));
        const community = communities.get(cycle.community);
        if (!community) return;
        lastServed = cycle._id;
        const nudged = asked.filter((nudge) => nudge.cycle === cycle._id).flatMap((nudge) => asOccasion(nudge, cycle, world.now()));
        const steps = publicSteps(await taken(cycle._id), community.timezone);
        const ofWorks = worked ? dueAt(world.now(), await worksToTell(cycle, worked.get(cycle.community) ?? [], community.timezone, cycles)) : [];
        const due = [...occasionsAt(cycle, community.timezone, world.now(), steps), ...ofWorks, ...nudged].filter(
          (occasion) => !waits(occasion, community),
        );
        await forEachSettled(await notYetTold(due), 'occasions', ({ occasion, cursor }) => tellAll(occasion, cycle, community, cursor, ends));
      });
    } finally {
      if (isForWorks && performance.now() < ends) worksAt = begun.getTime();
    }

    function read({ _id, community }: CycleRecord): Promise<unknown>[] {
      return [taken(_id), ...(worked?.get(community) ?? []).map((each) => worksOf(each._id))];
    }
  };

  /** The news of a cycle's works, and the questions about them. `worked`: the community's cycles whose works are told of. */
  async function worksToTell(
    cycle: CycleRecord,
    worked: readonly CycleRecord[],
    timezone: string,
    cycles: readonly CycleRecord[],
  ): Promise<Occasion[]> {
    if (!worked.includes(cycle)) return [];
    const works = (await Promise.all(worked.map(({ _id }) => worksOf(_id)))).flat();
    const own = works.filter(({ _id }) => _id.cycle === cycle._id);
    if (own.length === 0) return [];
    const asks = ratingAsks(worked, works, timezone, votesOf(cycles, cycle.community, world.now())).filter((ask) => ask.cycle === cycle._id);
    return [...asks, ...newsOfWorks(cycle, workSteps(own), timezone)];
  }

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
    const said = await saidIn(occasion, cycle, world.now());
    if (!said) return;
    for (let after = cursor; performance.now() < ends; ) {
      const page = await pageOf(occasion.to, cycle, community, after);
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
      ? await mayBeReminded(whom, { community: community._id, cycle, timezone: community.timezone, occasion: id })
      : new Set(residents);
    await toMany(
      { ...occasion, said: () => said, ...(to === 'all' || isReminder ? { unlessVoted: cycle } : {}), ...(isReminder && { reminds: cycle }) },
      recipients.filter(({ resident }) => may.has(resident)),
    );
    for (const place of places) await toOne({ ...occasion, ...place, kind: 'notice', said });
  }
}

function dueAt(now: Date, occasions: readonly Occasion[]): Occasion[] {
  return occasions.filter(({ from, until }) => from <= now && now < until);
}

/** The cycles whose works messages are about, by community: the two that began last. An older one's works cannot be named in an answer. */
function cyclesWithWorks(cycles: readonly CycleRecord[], now: Date): Map<string, CycleRecord[]> {
  const begun = cycles
    .flatMap((cycle) =>
      periods(cycle, now)
        .slice(0, 1)
        .map(({ from }) => ({ cycle, from })),
    )
    .filter(({ from }) => from <= now)
    .toSorted((one, other) => other.from.getTime() - one.from.getTime());
  const found = new Map<string, CycleRecord[]>();
  for (const { cycle } of begun) found.set(cycle.community, [...(found.get(cycle.community) ?? []), cycle].slice(0, 2));
  return found;
}

function votesOf(cycles: readonly CycleRecord[], community: string, now: Date): { from: Date; to: Date }[] {
  return cycles.flatMap((cycle) => (cycle.community === community ? (voteOf(cycle, now) ?? []) : []));
}

/** All of them, beginning after the one that was served last, so that one that takes a whole look does not block the others. */
function startingAfter(last: string, cycles: readonly CycleRecord[]): CycleRecord[] {
  const sorted = cycles.toSorted((one, other) => (one._id < other._id ? -1 : 1));
  return [...sorted.filter(({ _id }) => _id > last), ...sorted.filter(({ _id }) => _id <= last)];
}

/** What is said. The heads of the ledger and of the log are said only once the ledger has come so far; what leads to the result only once that is there. */
async function saidIn({ kind, from, said }: Occasion, cycle: CycleRecord, now: Date): Promise<Occasion['said'] | undefined> {
  const close = slipsClose(cycle, now);
  if (kind === 'news' && close && close <= from && cycle.frozen && !cycle.sealedAt) return undefined;
  if (kind !== 'head') return said;
  const head = await finishedHead(cycle, now);
  if (!head || (close && close <= from && !head.sealed)) return undefined;
  const log = await logHead(cycle.community);
  return { ...said, params: { head: `${head.seq}:${head.hash}`, log: `${log.seq}:${log.hash}` } };
}

async function note(world: World, { id, community, cycle }: Occasion, how: Pick<AnnouncementProgressRecord, 'doneAt' | 'cursor'>): Promise<void> {
  await collection(AnnouncementProgress).updateOne({ _id: id }, { $set: how, $setOnInsert: { community, cycle, at: world.now() } }, { upsert: true });
}

async function communitiesOf(cycles: readonly CycleRecord[]): Promise<Map<string, CommunityRecord>> {
  const slugs = [...new Set(cycles.map(({ community }) => community))];
  const found = await collection(Community)
    .find({ _id: { $in: slugs } })
    .toArray();
  return new Map(found.map((community) => [community._id, community]));
}

/** The occasions that are not finished, each with its progress. */
async function notYetTold(due: readonly Occasion[]): Promise<{ occasion: Occasion; cursor?: string }[]> {
  if (due.length === 0) return [];
  const found = await collection(AnnouncementProgress)
    .find({ _id: { $in: due.map(({ id }) => id) } })
    .toArray();
  const known = new Map(found.map((progress) => [progress._id, progress]));
  return due.flatMap((occasion) => {
    const { doneAt, cursor } = known.get(occasion.id) ?? {};
    return doneAt ? [] : { occasion, ...(cursor !== undefined && { cursor }) };
  });
}

/** 催票: reminders that cadres asked for and that are not finished. */
function nudges(now: Date): Promise<AnnouncementProgressRecord[]> {
  return collection(AnnouncementProgress)
    .find({ nudge: { $exists: true }, doneAt: { $exists: false }, 'nudge.until': { $gt: now } }, { hint: { doneAt: 1 } })
    .toArray();
}

function asOccasion({ _id: id, at: from, nudge }: AnnouncementProgressRecord, { _id, community, ...calendar }: CycleRecord, now: Date): Occasion[] {
  const close = voteOf(calendar, now)?.to;
  if (!nudge || !close) return [];
  const said = { key: 'notice.closing', params: { closesAt: close.toISOString() } };
  return [{ id, cycle: _id, community, kind: 'closing', to: 'notVoted', from, until: nudge.until, said }];
}

interface Page {
  readonly recipients: readonly Recipient[];
  /** For news: the phones and chats that asked for it, each by itself, in the language last used there. */
  readonly places: readonly (ContactPoint & { readonly language: string })[];
  /** Where the next page begins; absent if this was the last. */
  readonly next?: string;
}

const PAGE = 500;
const REACHED = { person: 1, phoneId: 1, linkedContacts: 1, language: 1 } as const;

/** The recipients of an occasion, page by page. The same cursor always gives the same page. `channels`: those in service. */
function audience(
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
