import { forReaders } from '../../store/connect.ts';
import { batchedQuery } from '../../store/lookUps.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { communityForReaders } from '../communities/index.ts';
import { IN_COUNCIL, SEES_NUMBERS, view } from '../people/index.ts';
import { type KeptPicture, picturesOf } from '../pictures/index.ts';
import { sharedTexts } from '../proposals/index.ts';
import { type Attendance, addendumText, attendanceOf, Meeting, type MeetingItem, type MeetingRecord, notesOf, ofMeeting } from './meeting.ts';
import { type PublicPicture, publicPicture } from './publication.ts';

/** How a meeting stands: it is to come; its minutes are a draft; they are final. */
export type MeetingState = 'planned' | 'draft' | 'final';

/** A meeting in a list. */
export interface ListedMeeting extends Attendance {
  readonly number: number;
  readonly at: Date;
  readonly place: string;
  readonly state: MeetingState;
  readonly items: readonly MeetingItem[];
  readonly signed: number;
}

/** A meeting as those read it who run the cycle; numbers in texts that may be residents' are masked. */
export interface MeetingRead extends ListedMeeting {
  readonly cycle: string;
  readonly roll: MeetingRecord['roll'];
  readonly notes: string;
  readonly signatures: readonly { readonly name: string; readonly role: string; readonly at: Date }[];
  readonly final: MeetingRecord['final'] | undefined;
  readonly addenda: readonly { readonly text: string; readonly by: string; readonly role: string; readonly at: Date }[];
  readonly pictures: readonly KeptPicture[];
  readonly revision: number;
  /** What the proposals on the agenda ask for, by number, with numbers masked. */
  readonly texts: ReadonlyMap<number, string>;
}

/** The meetings of a cycle, the newest first. */
export const readMeetings = view({
  name: 'meeting.list',
  may: IN_COUNCIL,
  query: async ({ world, community }, cycle: string): Promise<ListedMeeting[]> => {
    const council = (await communityForReaders(world)(community))?.council;
    const meetings = (await meetingsOf(cycle)).filter((meeting) => meeting.community === community);
    return meetings.map((meeting) => listed(meeting, council, world.now()));
  },
});

/** One of a community's meetings; null if there is none. */
export const readMeeting = view({
  name: 'meeting.one',
  may: IN_COUNCIL,
  query: async ({ world, community }, { cycle, number }: { readonly cycle: string; readonly number: number }): Promise<MeetingRead | null> => {
    return read(world, community, cycle, number);
  },
});

async function read(world: World, community: string, cycle: string, number: number): Promise<MeetingRead | null> {
  const meeting = await forReaders(Meeting).findOne({ _id: { cycle, number }, community }, { promoteBuffers: true });
  if (!meeting) return null;
  const { vault } = world;
  const { _id, roll, signatures, addenda, final, revision } = meeting;
  const [place, pictures, texts] = await Promise.all([
    communityForReaders(world)(community),
    picturesOf(community, ofMeeting(_id)),
    sharedTexts(world)(cycle),
  ]);
  return {
    ...listed(meeting, place?.council, world.now()),
    ...{ cycle, roll, revision, final, pictures },
    notes: maskNumbers(notesOf(vault, meeting)),
    signatures: signatures.map(({ name, role, at }) => ({ name, role, at })),
    addenda: addenda.map(({ text, by, role, at }, index) => ({ text: maskNumbers(addendumText(vault, _id, index, text)), by, role, at })),
    texts: new Map(meeting.items.map(({ proposal }) => [proposal, maskNumbers(texts.get(proposal) ?? '')])),
  };
}

/** A meeting as anyone may read it. `members`, `present` and the votes are numbers; they are null, and nothing is decided, before the minutes are final. */
export interface PublicMeeting {
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly place: string;
  readonly state: MeetingState;
  readonly members: number | null;
  readonly present: number | null;
  /** Whether enough were there to decide. */
  readonly quorate: boolean | null;
  readonly items: readonly {
    readonly proposal: number;
    readonly for: number | null;
    readonly against: number | null;
    readonly abstained: number | null;
    readonly decision: string | null;
    readonly reason: string | null;
  }[];
  /** What was said; null if nothing was written. */
  readonly notes: string | null;
  readonly finalAt: string | null;
  readonly addenda: readonly { readonly at: string; readonly text: string }[];
  readonly pictures: readonly PublicPicture[];
}

/** What is public of a cycle's meetings, the newest first. No name of anybody is in it; phone, ID and bank numbers are masked. */
export async function publicMeetings(world: World, community: string, cycle: string): Promise<PublicMeeting[]> {
  const council = (await communityForReaders(world)(community))?.council;
  return Promise.all((await meetingsOf(cycle)).map((meeting) => opened(world, meeting, listed(meeting, council, world.now()))));
}

async function opened({ vault }: World, meeting: MeetingRecord, { number, at, place, state, members, there, isQuorate }: ListedMeeting) {
  const { _id, community, items, final, addenda } = meeting;
  const pictures = await picturesOf(community, ofMeeting(_id));
  const isFinal = final !== undefined;
  const notes = isFinal ? maskNumbers(notesOf(vault, meeting)) : '';
  return {
    ...{ number, at: at.toISOString(), place: maskNumbers(place), state },
    ...{ members: isFinal ? members : null, present: isFinal ? there : null, quorate: isFinal ? isQuorate : null },
    items: items.map(({ proposal, decision, reason, ...votes }) => ({
      proposal,
      for: isFinal ? (votes.for ?? null) : null,
      against: isFinal ? (votes.against ?? null) : null,
      abstained: isFinal ? (votes.abstained ?? null) : null,
      decision: isFinal ? (decision ?? null) : null,
      reason: isFinal && reason !== undefined ? maskNumbers(reason) : null,
    })),
    notes: notes === '' ? null : notes,
    finalAt: final?.at.toISOString() ?? null,
    addenda: addenda.map(({ at: added, text }, index) => ({ at: added.toISOString(), text: maskNumbers(addendumText(vault, _id, index, text)) })),
    pictures: pictures.map(publicPicture),
  };
}

/** How many meetings have been held whose minutes are not final, and since when. */
export const waitingMinutes = view({
  name: 'meeting.waiting',
  may: SEES_NUMBERS,
  query: async ({ world, community }): Promise<{ readonly count: number; readonly since?: Date; readonly first?: MeetingRecord['_id'] }> => {
    const held = await meetingsBy(world, [
      { $match: { community, 'final.at': null, at: { $lte: world.now() } } },
      { $sort: { at: 1 } },
      { $limit: MAX_MEETINGS },
      { $project: { at: 1 } },
    ]);
    const [first] = held;
    return { count: held.length, ...(first && { since: first.at, first: first._id }) };
  },
});

/** When the council of a cycle meets next; undefined if no meeting is planned. */
export async function nextMeeting(world: World, { _id, community }: { readonly _id: string; readonly community: string }): Promise<Date | undefined> {
  const [next] = await meetingsBy(world, [
    { $match: { community, '_id.cycle': _id, 'final.at': null, at: { $gt: world.now() } } },
    { $sort: { at: 1 } },
    { $limit: 1 },
    { $project: { at: 1 } },
  ]);
  return next?.at;
}

const meetingsBy = batchedQuery(Meeting);

/** The most meetings of one cycle. */
const MAX_MEETINGS = 100;

function meetingsOf(cycle: string): Promise<MeetingRecord[]> {
  return forReaders(Meeting)
    .find({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, limit: MAX_MEETINGS, promoteBuffers: true })
    .toArray();
}

function listed(meeting: MeetingRecord, council: Parameters<typeof attendanceOf>[1], now: Date): ListedMeeting {
  const { _id, at, place, items, final, signatures } = meeting;
  const state = final ? 'final' : at > now ? 'planned' : 'draft';
  const shown = items.map(({ reason, ...item }) => ({ ...item, ...(reason !== undefined && { reason: maskNumbers(reason) }) }));
  return { number: _id.number, at, place, state, items: shown, signed: signatures.length, ...attendanceOf(meeting, council) };
}
