import { forReaders } from '../../store/connect.ts';
import { foundBy } from '../../store/lookUps.ts';
import type { World } from '../../store/world.ts';
import { type Actor, checkView, personOf, Resident } from '../people/index.ts';
import { amrSeconds, soundAlone, wavSeconds } from './audio.ts';
import { type InboxItem, itemOf } from './inbox.ts';
import { answerText, Inquiry, type InquiryRecord, inquiryText } from './inquiry.ts';
import { Recording, recordingFiles } from './recording.ts';

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

/** One inquiry as a whole; null if there is none. Rejects with `not-allowed` (`checkView`). */
export function readInquiry(world: World): (community: string, number: number, actor: Actor) => Promise<WholeInquiry | null> {
  return async (community, number, actor) => {
    checkView(actor, 'inbox', community);
    const [inquiry] = await inquiriesBy(world, [{ $match: { _id: { community, number } } }]);
    if (!inquiry) return null;
    const [before, writers] = await Promise.all([earlier(world, inquiry), writersOf(world, inquiry)]);
    return { item: itemOf(world, inquiry), before, writers };
  };
}

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

async function writersOf(world: World, { from, resident }: InquiryRecord): Promise<Writer[]> {
  if (from === undefined) return [];
  const who = resident === undefined ? { $or: [{ 'linkedContacts.id': from }, { phoneId: from }] } : { _id: resident };
  const residents = await residentsBy(world, [{ $match: who }, { $project: { person: 1, building: 1, language: 1 } }]);
  return residents.map(({ building, language, ...known }) => {
    const { rosterId: id, name } = personOf(world.vault, known);
    return { resident: known._id, id, name, building, language };
  });
}

const inquiriesBy = foundBy(Inquiry);
const residentsBy = foundBy(Resident);

/** A question that was answered here. */
export interface Answered {
  readonly asks: string;
  readonly says: string;
}

/** Newest questions of a community's inbox that got an answer, `limit` at most, the newest first. Rejects with `not-allowed` (`checkView`). */
export function answersGiven(world: World): (community: string, limit: number, actor: Actor) => Promise<Answered[]> {
  return async (community, limit, actor) => {
    checkView(actor, 'inbox', community);
    const answered = await inquiriesBy(world, [
      { $match: { '_id.community': community, answer: { $exists: true }, kind: 'question' } },
      { $sort: { '_id.number': -1 } },
      { $limit: limit },
    ]);
    return answered.flatMap((inquiry) => {
      const [asks, says] = [inquiryText(world.vault, inquiry), answerText(world.vault, inquiry) ?? ''];
      return asks !== '' && says !== '' ? [{ asks, says }] : [];
    });
  };
}

/** What was said on the phone or in a chat, as it can be played. */
export interface Sound {
  /** AMR is what WeChat records; browsers do not play it. */
  readonly type: 'mp3' | 'amr' | 'wav';
  readonly bytes: Buffer;
}

/**
 * The sound of a recording, without what its file tells besides; null if the community has none by this id, or has it no more. Rejects with `not-allowed`
 * (`checkView`).
 */
export function readSound(world: World): (community: string, recording: string, actor: Actor) => Promise<Sound | null> {
  const files = recordingFiles(world);
  return async (community, recording, actor) => {
    checkView(actor, 'inbox', community);
    const isTheirs = await forReaders(Recording).findOne({ _id: recording, community, state: 'kept' }, { projection: { _id: 1 } });
    const bytes = isTheirs && (await files.read(recording));
    if (!bytes) return null;
    if (wavSeconds(bytes) !== undefined) return { type: 'wav', bytes };
    return amrSeconds(bytes) === undefined ? { type: 'mp3', bytes: soundAlone(bytes) } : { type: 'amr', bytes };
  };
}
