import type { mongo } from 'mongoose';
import type { Channel } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { foundBy, pagesOf, readersLookUps } from '../../store/lookUps.ts';
import { perWorld, type World } from '../../store/world.ts';
import { type Actor, checkView, type Waits } from '../people/index.ts';
import { answerText, dueAt, Inquiry, type InquiryKind, type InquiryRecord, inquiryAddress, inquiryText } from './inquiry.ts';
import type { Spoken } from './recording.ts';

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
export function itemOf({ vault }: Pick<World, 'vault'>, inquiry: InquiryRecord): InboxItem {
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
 * A page of a community's inbox: what waits, all or what nobody or somebody took, the oldest first, or what was answered, the newest first. `more`: others follow. Rejects with
 * `not-allowed` (`checkView`).
 */
export function readInbox(
  world: World,
): (community: string, wanted: InboxWanted, actor: Actor) => Promise<{ readonly items: InboxItem[]; readonly more: boolean }> {
  const ask = pages(world);
  return async (community, wanted, actor) => {
    checkView(actor, 'inbox', community);
    const { limit, state, who } = wanted;
    const found = await ask(JSON.stringify({ community, ...wanted, who: state === 'mine' ? who : undefined }));
    return { items: found.slice(0, limit), more: found.length > limit };
  };
}

const pages = perWorld((world) => readersLookUps(world)(pagesOf(Inquiry, pageOf, (inquiry) => itemOf(world, inquiry))));

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

/** What waits for an answer, by kind. Rejects with `not-allowed` (`checkView`). */
export async function waitingInquiries(world: World, community: string, actor: Actor): Promise<readonly WaitingKind[]> {
  checkView(actor, 'waiting', community);
  return kindsBy(world, [
    { $match: { '_id.community': community, 'answer.at': null } },
    { $group: { _id: '$kind', count: { $sum: 1 }, since: { $min: '$at' }, first: { $min: '$_id.number' } } },
    { $project: { _id: 0, kind: '$_id', count: 1, since: 1, first: 1 } },
    { $sort: { since: 1 } },
  ]);
}

const kindsBy = foundBy<InquiryRecord, WaitingKind>(Inquiry);

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
