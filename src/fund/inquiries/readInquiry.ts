import type { mongo } from 'mongoose';
import { forReaders } from '../../store/connect.ts';
import { byId, pagesOf, readersLookUps } from '../../store/lookUps.ts';
import { perWorld, type World } from '../../store/world.ts';
import { type Actor, checkView, holdersOf, personOf, Resident } from '../people/index.ts';
import { amrSeconds, soundAlone, wavSeconds } from './audio.ts';
import { type InboxItem, itemOf } from './inbox.ts';
import { answerText, Inquiry, type InquiryRecord, inquiryAddress, inquiryText } from './inquiry.ts';
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
    const [inquiry] = await found(world)([{ $match: { _id: { community, number } } }]);
    if (!inquiry) return null;
    const [before, writers] = await Promise.all([earlier(world, inquiry), writersOf(world, inquiry)]);
    return { item: itemOf(world, inquiry), before, writers };
  };
}

/** What came from the same phone or chat before. */
async function earlier(world: World, { _id, from }: InquiryRecord): Promise<InboxItem[]> {
  if (from === undefined) return [];
  const before = await found(world)([
    { $match: { from, '_id.community': _id.community, '_id.number': { $lt: _id.number } } },
    { $sort: { '_id.number': -1 } },
    { $limit: MOST_BEFORE },
  ]);
  return before.toReversed().map((inquiry) => itemOf(world, inquiry));
}

/** Inquiries by a pipeline that finds them; it goes with what else a page asks for at the same time. */
const found: (world: World) => (pipeline: mongo.Document[]) => Promise<readonly InquiryRecord[]> = perWorld((world) => {
  const ask = readersLookUps(world)(
    pagesOf(
      Inquiry,
      (pipeline: mongo.Document[]) => pipeline,
      (inquiry) => inquiry,
    ),
  );
  return (pipeline) => ask(JSON.stringify(pipeline));
});

async function writersOf(world: World, inquiry: InquiryRecord): Promise<Writer[]> {
  const address = inquiryAddress(world.vault, inquiry);
  if (address === undefined) return [];
  const { _id, channel, resident } = inquiry;
  const holders = async () => (await holdersOf(world)({ community: _id.community, channel, address })).holders.map((holder) => holder.resident);
  const residents = await Promise.all((resident === undefined ? await holders() : [resident]).map(residentBy(world)));
  return residents.flatMap((who) => {
    if (!who) return [];
    const { rosterId: id, name } = personOf(world.vault, who);
    return { resident: who._id, id, name, building: who.building, language: who.language };
  });
}

const residentBy = perWorld((world) => readersLookUps(world)(byId(Resident, { searchKeys: 0 })));

/** A question that was answered here. */
export interface Answered {
  readonly asks: string;
  readonly says: string;
}

/** Newest questions of a community's inbox that got an answer, `limit` at most, the newest first. Rejects with `not-allowed` (`checkView`). */
export function answersGiven(world: World): (community: string, limit: number, actor: Actor) => Promise<Answered[]> {
  return async (community, limit, actor) => {
    checkView(actor, 'inbox', community);
    const answered = await found(world)([
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
