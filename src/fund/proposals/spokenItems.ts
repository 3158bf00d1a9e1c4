import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { batchedQuery } from '../../store/lookUps.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { act, done, given, lines, refuse, subject } from '../act/index.ts';
import { cyclesIn } from '../cycles/index.ts';
import {
  authorOf,
  draftOf,
  forgetDraft,
  Inquiry,
  type InquiryKind,
  type InquiryRecord,
  inquiryAddress,
  inquiryLost,
  inquiryText,
  inquiryWrittenDown,
  type Lost,
  notifyAuthor,
  Recording,
  type RecordingRecord,
  readDraft,
  type Spoken,
} from '../inquiries/index.ts';
import { DAILY_WORK, SEES_NUMBERS, SEES_PEOPLE, view, type Waits } from '../people/index.ts';
import { notifyProposer } from './moveOn.ts';
import { encryptedProposal, LONGEST_PROPOSAL, Proposal, type ProposalRecord, proposalAddress, proposalText } from './proposal.ts';

/** A proposal or an inquiry that was spoken, with what is known of its recording. */
export interface SpokenItem {
  /** The id by which commands name the recording. */
  readonly id: string | undefined;
  readonly kind: 'proposal' | InquiryKind;
  readonly number: number;
  readonly at: Date;
  readonly written: Spoken['state'] | undefined;
  readonly sound: RecordingRecord['state'] | 'deleted';
  readonly seconds: number | undefined;
  /** The reason why the last try to fetch or delete the recording failed: a stable code. */
  readonly reason: string | undefined;
  /** Where the answer goes; undefined after a deletion. */
  readonly address: string | undefined;
  readonly text: string;
  /** What a machine made of the recording; undefined if there is none. */
  readonly draft: string | undefined;
}

/** What was spoken in a community and is not written down, oldest first. `isAll`: what is written down, too. */
export function spokenItems(world: Pick<World, 'vault'>, community: string, isAll: boolean): Promise<SpokenItem[]> {
  return itemsOf(world, community, isAll ? { spoken: { $exists: true } } : { 'spoken.state': { $in: ['beingWrittenDown', 'lost'] } });
}

/** What was spoken in a community and waits to be written down, for somebody of the staff, `limit` at a time, oldest first. `after`: `next` of those before. */
export const readSpokenItems = view({
  name: 'recording.list',
  may: SEES_PEOPLE,
  query: async ({ world, community }, { after, limit }: { readonly after: string | undefined; readonly limit: number }): Promise<SpokenPage> => {
    const found = await itemsOf(world, community, { 'spoken.state': 'beingWrittenDown', ...behind(after) }, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, next: last && found.length > limit ? `${last.at.getTime()}-${last.id}` : undefined };
  },
});

interface SpokenPage {
  readonly items: readonly SpokenItem[];
  readonly next: string | undefined;
}

interface Behind {
  readonly at: { $gte: Date };
  readonly $or: ({ at: { $gt: Date } } | { 'spoken.recording': { $gt: string } })[];
}

function behind(after: string | undefined): Behind | undefined {
  const [, moment, recording] = /^(\d{1,15})-([0-9a-f]{12})$/.exec(after ?? '') ?? [];
  if (moment === undefined || recording === undefined) return undefined;
  const at = new Date(Number(moment));
  return { at: { $gte: at }, $or: [{ at: { $gt: at } }, { 'spoken.recording': { $gt: recording } }] };
}

/** One spoken item of a community, by the id of its recording; null if there is none. */
export const readSpokenItem = view({
  name: 'recording.one',
  may: SEES_PEOPLE,
  query: async ({ world, community }, recording: string): Promise<SpokenItem | null> => {
    return (await itemsOf(world, community, { 'spoken.recording': recording }))[0] ?? null;
  },
});

type Which =
  | { readonly spoken: { $exists: true } }
  | ({ readonly 'spoken.state': mongo.Condition<Spoken['state']> } & Partial<Behind>)
  | { readonly 'spoken.recording': string };

/** The oldest first; `limit`: no more of them. */
async function itemsOf({ vault }: Pick<World, 'vault'>, community: string, spoken: Which, limit?: number): Promise<SpokenItem[]> {
  const inOrder = { sort: { at: 1, 'spoken.recording': 1 }, ...(limit !== undefined && { limit }) } as const;
  const [proposals, inquiries] = await Promise.all([
    collection(Proposal)
      .find({ '_id.cycle': { $in: await cyclesIn(community) }, community, ...spoken }, inOrder)
      .toArray(),
    collection(Inquiry)
      .find({ '_id.community': community, ...spoken }, inOrder)
      .toArray(),
  ]);
  const ids = [...proposals, ...inquiries].flatMap((item) => item.spoken?.recording ?? []);
  const recordings = await collection(Recording)
    .find({ _id: { $in: ids } }, { projection: { carrierId: 0 }, promoteBuffers: true })
    .toArray();
  const kept = new Map(recordings.map((recording) => [recording._id, recording]));
  const items = [
    ...proposals.map((proposal) => ({
      ...proposal,
      kind: 'proposal' as const,
      number: proposal._id.number,
      address: proposalAddress(vault, proposal),
      text: proposalText(vault, proposal),
    })),
    ...inquiries.map((inquiry) => ({
      ...inquiry,
      number: inquiry._id.number,
      address: inquiryAddress(vault, inquiry),
      text: inquiryText(vault, inquiry),
    })),
  ];
  return items
    .toSorted((one, other) => one.at.getTime() - other.at.getTime() || ((one.spoken?.recording ?? '') < (other.spoken?.recording ?? '') ? -1 : 1))
    .slice(0, limit)
    .map(({ spoken, kind, number, at, address, text }) => {
      const recording = kept.get(spoken?.recording ?? '');
      const { state = 'deleted' as const, seconds, reason } = recording ?? {};
      const draft = recording && draftOf(vault, recording);
      return { id: spoken?.recording, kind, number, at, written: spoken?.state, sound: state, seconds, reason, address, text, draft };
    });
}

/** How many recordings wait to be written down, and since when. */
export const waitingRecordings = view({
  name: 'recording.waiting',
  may: SEES_NUMBERS,
  query: async ({ world, community }): Promise<{ readonly count: number; readonly since?: Date }> => {
    const spoken = { 'spoken.state': 'beingWrittenDown' };
    const total = { $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' } } };
    const [proposals, inquiries] = await Promise.all([
      proposalsBy(world, [{ $match: { '_id.cycle': { $in: await cyclesIn(community) }, community, ...spoken } }, total]),
      inquiriesBy(world, [{ $match: { '_id.community': community, ...spoken } }, total]),
    ]);
    const found = [...proposals, ...inquiries].toSorted((one, other) => one.since.getTime() - other.since.getTime());
    const count = found.reduce((sum, each) => sum + each.count, 0);
    return { count, ...(found[0] && { since: found[0].since }) };
  },
});

const proposalsBy = batchedQuery<ProposalRecord, Waits>(Proposal);
const inquiriesBy = batchedQuery<InquiryRecord, Waits>(Inquiry);

/** Characters that are taken: as many as an inquiry holds. */
const MAX_CHARS = 2_000;

const recording = subject({
  path: '/recordings/:recording',
  async find(_context, community, { recording = '' }, session): Promise<ProposalRecord | InquiryRecord | null> {
    const which = { 'spoken.recording': recording };
    const proposal = await collection(Proposal).findOne({ community, ...which }, { ...(session && { session }) });
    return proposal ?? collection(Inquiry).findOne({ '_id.community': community, ...which }, { ...(session && { session }) });
  },
  name: ({ _id }: ProposalRecord | InquiryRecord) => ('cycle' in _id ? `${_id.cycle}/${_id.number}` : `inbox/${_id.number}`),
});

/**
 * Makes what somebody heard in a recording the text of the proposal or inquiry, once. This also works if the recording was lost and the person was called
 * instead. The person who spoke is notified. `again`: what somebody wrote down before is written over.
 */
export const writeDown = act({
  name: 'recording.writeDown',
  may: DAILY_WORK,
  on: recording,
  input: z.strictObject({ heard: lines(MAX_CHARS), again: given(z.literal(true)).optional() }),
  refusals: { written: null, tooLong: 'heard' },
  async run({ world, notify, session, on, input: { heard: text, again }, actor }) {
    if (on.spoken?.state === 'writtenDown' && !again) return refuse('written');
    const { recording = '' } = on.spoken ?? {};
    const spoken = { recording, state: 'writtenDown' as const, by: actor.name, at: world.now() };
    const draft = await readDraft(world.vault, recording);
    const after = { text, ...(draft !== undefined && { asDrafted: text === cleanText(draft) }) };
    await forgetDraft(recording, session);
    const occasion = `writtenDown|${spoken.at.toISOString()}`;
    const { number } = on._id;
    if (!isProposal(on)) {
      await inquiryWrittenDown(world.vault, on._id, text, spoken, session);
      const said = { key: 'notice.inquiryWrittenDown', params: { number } };
      const notified = on.kind !== 'call' && (await notifyAuthor(world, notify, on, occasion, said, session));
      return done({ of: 'inquiry', number, notified }, { before: { text: inquiryText(world.vault, on) }, after, names: authorOf(on) });
    }
    if ([...text].length > LONGEST_PROPOSAL) return refuse('tooLong');
    const written = { text: encryptedProposal(world.vault, on._id, text), spoken };
    await collection(Proposal).updateOne({ _id: on._id }, { $set: written }, { session });
    const said = { key: 'notice.proposalWrittenDown', params: { number, text } };
    const notified = await notifyProposer(world, notify, on, occasion, said, session);
    return done({ of: 'proposal', number, notified }, { before: { text: proposalText(world.vault, on) }, after, names: [on.by] });
  },
});

/** The community in which a recording was spoken, by its id; undefined if there is none. */
export async function communityOfRecording(recording: string): Promise<string | undefined> {
  const which = { 'spoken.recording': recording };
  return (await collection(Proposal).findOne(which))?.community ?? (await collection(Inquiry).findOne(which))?._id.community;
}

function isProposal(spoken: ProposalRecord | InquiryRecord): spoken is ProposalRecord {
  return 'cycle' in spoken._id;
}

/**
 * Notes that there is no longer any sound of a spoken item that nobody has written down yet. Its author is notified once, if the recording never
 * came.
 */
export function lostRecording(world: World, notify: Notify): Lost {
  return async (recording, why) => {
    const which = { 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' as const };
    const lost = { $set: { 'spoken.state': 'lost' as const } };
    const [proposal, inquiry] = await Promise.all([collection(Proposal).findOne(which), collection(Inquiry).findOne(which)]);
    if (proposal) {
      const { number } = proposal._id;
      if (why === 'neverCame')
        await notifyProposer(world, notify, proposal, 'recordingLost', { key: 'notice.proposalNotHeard', params: { number } }, undefined, 'atOnce');
      await collection(Proposal).updateOne({ _id: proposal._id, ...which }, lost);
    }
    if (inquiry) {
      const { number } = inquiry._id;
      if (why === 'neverCame' && inquiry.kind !== 'call')
        await notifyAuthor(world, notify, inquiry, 'recordingLost', { key: 'notice.inquiryNotHeard', params: { number } });
      await inquiryLost(inquiry._id, recording);
    }
  };
}
