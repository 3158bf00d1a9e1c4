import type { mongo } from 'mongoose';
import type { Channel } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { batchedPages, batchedQuery, readersLookUps } from '../../store/lookUps.ts';
import { withPauses } from '../../store/pauses.ts';
import { perWorld, type World } from '../../store/world.ts';
import { personOf, plainName, Resident, SEES_NUMBERS, SEES_PEOPLE, view, type Waits } from '../people/index.ts';
import { amrSeconds, soundAlone, wavSeconds } from './audio.ts';
import { answerText, dueAt, Inquiry, type InquiryKind, type InquiryRecord, inquiryAddress, inquiryText } from './inquiry.ts';
import { Recording, recordingFiles, type Spoken } from './recording.ts';

/** An inquiry, by its number, as a person who works for the community reads it. */
export interface InboxItem {
  readonly number: number;
  readonly kind: InquiryKind;
  readonly at: Date;
  readonly channel: Channel;
  /** Where the answer goes; undefined after a deletion. */
  readonly address: string | undefined;
  /** Empty while what was spoken is not written down. */
  readonly text: string;
  /** Until when it is to be answered. */
  readonly due: Date;
  /** What became of the words, if it was spoken, and the id of the recording. */
  readonly spoken?: Spoken['state'];
  readonly recording?: string;
  /** Who of the staff took it upon themselves. */
  readonly taken?: { readonly who: string; readonly by: string; readonly at: Date };
  readonly answer?: { readonly text: string; readonly by: string; readonly at: Date };
}

/** The inquiries in a community's inbox that have no answer, by number. `isAll`: the answered ones, too. */
export async function inbox(world: Pick<World, 'vault'>, community: string, isAll: boolean): Promise<InboxItem[]> {
  const inquiries = await collection(Inquiry)
    .find({ '_id.community': community, ...(!isAll && { answer: { $exists: false } }) }, { sort: { '_id.number': 1 } })
    .toArray();
  return inquiries.map((inquiry) => itemOf(world, inquiry));
}

/** An inquiry as it is read. */
function itemOf({ vault }: Pick<World, 'vault'>, inquiry: InquiryRecord): InboxItem {
  const { _id, kind, at, channel, answer, spoken, taken } = inquiry;
  return {
    number: _id.number,
    kind,
    at,
    channel,
    get address() {
      return inquiryAddress(vault, inquiry); // not shown in a list, so that it is not decrypted for one
    },
    text: inquiryText(vault, inquiry),
    due: dueAt(at),
    ...(spoken && { spoken: spoken.state, recording: spoken.recording }),
    ...(taken && { taken }),
    ...(answer && { answer: { ...answer, text: answerText(vault, inquiry) ?? '' } }),
  };
}

export interface InboxWanted {
  /** `new`: nobody took it. */
  readonly state: 'waiting' | 'new' | 'mine' | 'answered';
  /** Of `mine`: whose, as `taken.who` says it. */
  readonly who?: string | undefined;
  readonly kind?: InquiryKind | undefined;
  /** The page that follows this inquiry. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/**
 * A page of a community's inbox: what waits, all or what nobody or somebody took, the oldest first, or what was answered, the newest first. `more`: others follow.
 */
export const readInbox = view({
  name: 'inbox.list',
  may: SEES_PEOPLE,
  query: async ({ world, community }, wanted: InboxWanted): Promise<{ readonly items: InboxItem[]; readonly more: boolean }> => {
    const { limit, state, who } = wanted;
    const found = await pages(world)(JSON.stringify({ community, ...wanted, who: state === 'mine' ? who : undefined }));
    return { items: found.slice(0, limit), more: found.length > limit };
  },
});

/** So many letters, the latest ones, are searched by their words: they are encrypted, and each is read for it. */
export const MOST_SEARCHED = 500;

/** The latest inquiries whose text, or its answer, has these words, or that have this number; 10 at most. */
export const searchInbox = view({
  name: 'inbox.search',
  may: SEES_PEOPLE,
  query: async ({ world, community }, text: string): Promise<readonly InboxItem[]> => {
    const sought = plainName(text);
    const found: InboxItem[] = [];
    const latest = forReaders(Inquiry).find(
      { '_id.community': community },
      { sort: { '_id.number': -1 }, limit: MOST_SEARCHED, projection: { from: 0, resident: 0, key: 0 }, promoteBuffers: true },
    );
    for await (const inquiry of withPauses(latest)) {
      const item = itemOf(world, inquiry);
      const isMeant = String(item.number) === text || [item.text, item.answer?.text ?? ''].some((each) => plainName(each).includes(sought));
      if (isMeant) found.push(item);
      if (found.length === MOST_FOUND) break;
    }
    return found;
  },
});

const MOST_FOUND = 10;

const pages = perWorld((world) => readersLookUps(world)(batchedPages(Inquiry, pageOf, (inquiry) => itemOf(world, inquiry))));

function pageOf({ community, state, who, kind, after, limit }: InboxWanted & { readonly community: string }): mongo.Document[] {
  const isWaiting = state !== 'answered';
  const which: mongo.Filter<InquiryRecord> = {
    '_id.community': community,
    'answer.at': isWaiting ? null : { $gt: new Date(0) },
    ...(state === 'new' && { taken: { $exists: false } }),
    ...(state === 'mine' && { 'taken.who': who ?? '' }),
    ...(kind && { kind }),
    ...(after !== undefined && { '_id.number': isWaiting ? { $gt: after } : { $lt: after } }),
  };
  return [{ $match: which }, { $sort: { '_id.number': isWaiting ? 1 : -1 } }, { $limit: limit + 1 }, { $project: { from: 0, resident: 0, key: 0 } }];
}

/** How many inquiries of a kind wait for an answer, since when, and the number of the first one. */
interface WaitingKind {
  readonly kind: InquiryKind;
  readonly count: number;
  readonly since: Date;
  readonly first: number;
}

/** What waits for an answer, by kind. */
export const waitingInquiries = view({
  name: 'inbox.waiting',
  may: SEES_NUMBERS,
  query: async ({ world, community }): Promise<readonly WaitingKind[]> => {
    return kindsBy(world, [
      { $match: { '_id.community': community, 'answer.at': null } },
      { $group: { _id: '$kind', count: { $sum: 1 }, since: { $min: '$at' }, first: { $min: '$_id.number' } } },
      { $project: { _id: 0, kind: '$_id', count: 1, since: 1, first: 1 } },
      { $sort: { since: 1 } },
    ]);
  },
});

const kindsBy = batchedQuery<InquiryRecord, WaitingKind>(Inquiry);

/** When those came that wait for an answer, by the slug of the community; those of the communities in which any do. */
export async function lettersToTell(communities: readonly string[]): Promise<Map<string, Date[]>> {
  const found = await forReaders(Inquiry)
    .aggregate<{ _id: string; come: Date[] }>([
      { $match: { 'answer.at': null, '_id.community': { $in: [...communities] } } },
      { $group: { _id: '$_id.community', come: { $push: '$at' } } },
    ])
    .toArray();
  return new Map(found.map(({ _id, come }) => [_id, come]));
}

/** How many inquiries have no answer, by the slug of the community; those of the communities in which any do. */
export async function inquiriesAmong(communities: readonly string[]): Promise<Map<string, Waits>> {
  const found = await forReaders(Inquiry)
    .aggregate<{ _id: string } & Waits>(
      [
        { $match: { 'answer.at': null, '_id.community': { $in: [...communities] } } },
        { $group: { _id: '$_id.community', count: { $sum: 1 }, since: { $min: '$at' } } },
      ],
      { hint: { 'answer.at': 1, '_id.community': 1, at: 1 } },
    )
    .toArray();
  return new Map(found.map(({ _id, count, since }) => [_id, { count, since }]));
}

/** How many inquiries of each kind came to a community from a moment on until before another. */
export async function countInquiries(community: string, from: Date, until: Date): Promise<Map<InquiryKind, number>> {
  const found = await forReaders(Inquiry)
    .aggregate<{ _id: InquiryKind; count: number }>([
      { $match: { '_id.community': community, at: { $gte: from, $lt: until } } },
      { $group: { _id: '$kind', count: { $sum: 1 } } },
    ])
    .toArray();
  return new Map(found.map(({ _id, count }) => [_id, count]));
}

/** Somebody on the roster who wrote an inquiry, or has the phone or chat from which it came. */
export interface Writer {
  /** `_id` of the resident. */
  readonly resident: string;
  /** `id` on the roster. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly building: string | undefined;
  readonly language: string | undefined;
}

/** An inquiry with what was written before from the same place, and who may have written it. */
export interface WholeInquiry {
  readonly item: InboxItem;
  /** The earlier ones, the oldest first. */
  readonly before: readonly InboxItem[];
  /** Nobody, if the roster does not know the phone or chat; several may share one. */
  readonly writers: readonly Writer[];
}

const MOST_BEFORE = 10;

/** One inquiry as a whole; null if there is none. */
export const readInquiry = view({
  name: 'inbox.one',
  may: SEES_PEOPLE,
  query: async ({ world, community }, number: number): Promise<WholeInquiry | null> => {
    const [inquiry] = await inquiriesBy(world, [{ $match: { _id: { community, number } } }]);
    if (!inquiry) return null;
    const [before, writers] = await Promise.all([earlier(world, inquiry), writersOf(world, inquiry)]);
    return { item: itemOf(world, inquiry), before, writers };
  },
});

/** What came from the same phone or chat before. */
async function earlier(world: World, { _id, from }: InquiryRecord): Promise<InboxItem[]> {
  if (from === undefined) return [];
  const before = await inquiriesBy(world, [
    { $match: { from, '_id.community': _id.community, '_id.number': { $lt: _id.number } } },
    { $sort: { '_id.number': -1 } },
    { $limit: MOST_BEFORE },
  ]);
  return before.toReversed().map((inquiry) => itemOf(world, inquiry));
}

/** More people share no phone. */
const MOST_WRITERS = 50;

async function writersOf(world: World, { _id: { community }, from, resident }: InquiryRecord): Promise<Writer[]> {
  if (from === undefined) return [];
  const who =
    resident === undefined
      ? {
          $or: [
            { community, 'linkedContacts.id': from },
            { community, phoneId: from },
          ],
        }
      : { community, _id: resident };
  const residents = await residentsBy(world, [{ $match: who }, { $limit: MOST_WRITERS }, { $project: { person: 1, building: 1, language: 1 } }]);
  return residents.map(({ building, language, ...known }) => {
    const { rosterId: id, name } = personOf(world.vault, known);
    return { resident: known._id, id, name, building, language };
  });
}

const inquiriesBy = batchedQuery(Inquiry);
const residentsBy = batchedQuery(Resident);

/** A question that was answered here. */
export interface Answered {
  readonly asks: string;
  readonly says: string;
}

/** Newest questions of a community's inbox that got an answer, `limit` at most, the newest first. */
export const answersGiven = view({
  name: 'inbox.answers',
  may: SEES_PEOPLE,
  query: async ({ world, community }, limit: number): Promise<Answered[]> => {
    const answered = await inquiriesBy(world, [
      { $match: { '_id.community': community, answer: { $exists: true }, kind: 'question' } },
      { $sort: { '_id.number': -1 } },
      { $limit: limit },
    ]);
    return answered.flatMap((inquiry) => {
      const [asks, says] = [inquiryText(world.vault, inquiry), answerText(world.vault, inquiry) ?? ''];
      return asks !== '' && says !== '' ? [{ asks, says }] : [];
    });
  },
});

/** What was said on the phone or in a chat, as it can be played. */
export interface Sound {
  /** AMR is what WeChat records; browsers do not play it. */
  readonly type: 'mp3' | 'amr' | 'wav';
  readonly bytes: Buffer;
}

/**
 * The sound of a recording, without what its file tells besides; null if the community has none by this id, or has it no more.
 */
export const readSound = view({
  name: 'recording.sound',
  may: SEES_PEOPLE,
  query: async ({ world, community }, recording: string): Promise<Sound | null> => {
    const isTheirs = await forReaders(Recording).findOne({ _id: recording, community, state: 'kept' }, { projection: { _id: 1 } });
    const bytes = isTheirs && (await recordingFiles(world).read(recording));
    if (!bytes) return null;
    if (wavSeconds(bytes) !== undefined) return { type: 'wav', bytes };
    return amrSeconds(bytes) === undefined ? { type: 'mp3', bytes: soundAlone(bytes) } : { type: 'amr', bytes };
  },
});
