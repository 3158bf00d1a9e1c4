import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { gridFiles } from '../../store/gridFiles.ts';
import { changeMarked, withMark } from '../../store/recordMark.ts';
import { index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { sha256OfFile } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { showsDocument } from '../accounts/index.ts';
import { act, choice, done, file, line, refuse, subject, tick } from '../act/index.ts';
import { type Actor, DAILY_WORK, SEES_WORKS, view } from '../people/index.ts';
import { LARGEST_PICTURE, makePicture, type NotMade } from '../pictures/index.ts';
import { LAST_PAPERS } from './papers.ts';
import { isOwnWork, ownImplementers } from './readWorks.ts';
import { changeWork, DOCUMENT_KINDS, onWork, Work, type WorkRecord, type WorkState } from './work.ts';

/** A work has so many at most; an implementer adds none beyond half of them. */
const MAX_DOCUMENTS = 60;
const MOST_OF_CYCLE = 1_000;
/** In characters. */
const LONGEST_TITLE = 60;

/** A paper of a work. Its bytes are in GridFS (`documentFiles`), encrypted. */
export const WorkDocument = records(
  'workDocuments',
  {
    /** 24 hex digits: an HMAC of the work and the uploaded bytes. */
    _id: String,
    community: String,
    of: { cycle: String, number: Number },
    kind: oneOf(DOCUMENT_KINDS),
    title: String,
    type: oneOf(['pdf', 'jpeg']),
    /** In bytes, as it is kept. */
    size: Number,
    /** SHA-256 of the uploaded bytes, in hex. */
    original: String,
    /** A copy for everybody, in which private details are removed. */
    isPublic: Boolean,
    /** It was there when a second person confirmed something of the work: it stays. */
    isSeen: optional(true),
    by: String,
    at: Date,
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [index({ community: 1, 'of.cycle': 1, 'of.number': 1, at: 1 })],
);
export type WorkDocumentRecord = RecordOf<typeof WorkDocument>;

function files({ vault }: Pick<World, 'vault'>) {
  return gridFiles(vault, 'documentFiles');
}

/** A paper that was read from uploaded bytes. */
export interface MadeDocument {
  readonly type: WorkDocumentRecord['type'];
  readonly bytes: Uint8Array;
  readonly original: string;
}

/**
 * Reads an uploaded paper. Its bytes decide what it is, not its name. A PDF stays as it is; one that is not complete is refused. A picture is made
 * anew: upright, without the place and the device. Anything else is refused.
 */
export async function makeDocument(bytes: Uint8Array): Promise<MadeDocument | { readonly refused: NotMade | 'unknownPaper' | 'brokenPaper' }> {
  if (bytes.length > LARGEST_PICTURE) return { refused: 'tooLarge' };
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.toString('latin1', 0, 5) !== '%PDF-') {
    const picture = await makePicture(bytes);
    if ('refused' in picture)
      return { refused: picture.refused === 'unknown' || picture.refused === 'broken' ? `${picture.refused}Paper` : picture.refused };
    return { type: 'jpeg', bytes: picture.large, original: picture.original };
  }
  if (!view.toString('latin1', Math.max(0, view.length - 2_048)).includes('%%EOF')) return { refused: 'brokenPaper' };
  return { type: 'pdf', bytes: view, original: await sha256OfFile(view) };
}

/**
 * Keeps a paper of a work; the same one twice is kept once. The file is there before its record, so that no record ever lacks its file. An implementer keeps
 * them only of their own works, and never as a copy for everybody.
 */
export const keepDocument = act({
  name: 'document.keep',
  may: [...DAILY_WORK, 'staff implementer'],
  on: onWork,
  input: z.strictObject({
    ...{ kind: choice(DOCUMENT_KINDS), title: line(LONGEST_TITLE), isPublic: tick().optional() },
    file: file({ accept: 'application/pdf,image/jpeg,image/png,image/webp', make: makeDocument }),
  }),
  refusals: { tooMany: null },
  async around({ world, on, input: { file }, actor }, transact) {
    await isOwnWork(world, on, actor);
    const _id = idOf(world, on, file);
    if (await isFull(on, _id, actor)) return { is: 'refused', refused: 'tooMany' };
    await files(world).keep(_id, file.bytes);
    return transact();
  },
  async run({ world, session, on, input: { kind, title, isPublic: wanted, file }, actor }) {
    const _id = idOf(world, on, file);
    if (await collection(WorkDocument).findOne({ _id }, { session, projection: { _id: 1 } })) return done({ kept: _id });
    if (await isFull(on, _id, actor, session)) return refuse('tooMany');
    const { type, original, bytes } = file;
    const isPublic = wanted !== undefined && actor.role !== 'implementer';
    await changeWork(world, on, { $addToSet: { papers: kind } }, session);
    const about = { of: on._id, kind, title, type, size: bytes.length, original, isPublic, by: actor.name, at: world.now() };
    const kept: WorkDocumentRecord = { _id, community: on.community, ...about };
    await collection(WorkDocument).insertOne(withMark(world.vault, 'workDocuments', kept), { session });
    return done({ kept: _id }, { after: { kind, title, original, public: isPublic } });
  },
});

function idOf({ vault }: World, { _id: { cycle, number }, community }: WorkRecord, { original }: MadeDocument): string {
  return Buffer.from(vault.hmac('document', community, cycle, String(number), original), 'base64url')
    .toString('hex')
    .slice(0, 24);
}

/** Whether a work has as many papers as it may, this one not counted. */
async function isFull({ _id: of, community }: WorkRecord, _id: string, { role }: Actor, session?: mongo.ClientSession): Promise<boolean> {
  const others = { ...ofWork(community, of), _id: { $ne: _id } };
  return (
    (await collection(WorkDocument).countDocuments(others, { ...(session && { session }) })) >=
    (role === 'implementer' ? MAX_DOCUMENTS / 2 : MAX_DOCUMENTS)
  );
}

function ofWork(community: string, { cycle, number }: WorkRecord['_id']) {
  return { community, 'of.cycle': cycle, 'of.number': number };
}

const AFTER_ACCEPTANCE: readonly WorkState[] = ['accepted', 'paid', 'rated'];

/** Notes that a second person has confirmed something beside a work's papers, in that act's transaction. */
export async function seePapers(
  { vault }: Pick<World, 'vault'>,
  { _id, community }: Pick<WorkRecord, '_id' | 'community'>,
  session: mongo.ClientSession,
): Promise<void> {
  const unseen = await collection(WorkDocument)
    .find({ ...ofWork(community, _id), isSeen: { $exists: false } }, { session })
    .toArray();
  for (const paper of unseen) await changeMarked(vault, WorkDocument, paper, { $set: { isSeen: true } }, session);
}

/** A paper of a work. */
const onDocument = subject({
  path: `${onWork.path}/documents/:document`,
  isOneOfMany: true,
  find: async (context, community, { document = '', ...at }, session) => {
    const work = await onWork.find(context, community, at, session);
    const record =
      work && (await collection(WorkDocument).findOne({ _id: document, ...ofWork(community, work._id) }, { ...(session && { session }) }));
    return record && { work, record };
  },
  name: ({ work }) => onWork.name(work),
});

/**
 * Removes a paper for good, with a reason. What an offer, the contract or an entry of the account refers to, a second person had before them, or an accepted
 * work was accepted and paid by, stays; if it was for everybody, it is no more.
 */
export const dropDocument = act({
  name: 'document.drop',
  may: DAILY_WORK,
  on: onDocument,
  input: z.strictObject({ reason: line(300) }),
  refusals: { isUsed: null },
  async around({ world, on }, transact) {
    const outcome = await transact();
    if (outcome.is === 'done' && 'dropped' in outcome.result) await files(world).remove(on.record._id);
    return outcome;
  },
  async run({
    world,
    session,
    on: { work, record },
    input: { reason },
  }): Promise<ReturnType<typeof refuse<'isUsed'>> | ReturnType<typeof done<Dropped>>> {
    const { _id: id, community, kind, title, original, isPublic, isSeen } = record;
    const { cycle, number } = work._id;
    const isAccepted = AFTER_ACCEPTANCE.includes(work.state) && LAST_PAPERS.includes(kind);
    const isShown = work.contract?.document === id || work.offers.some((offer) => offer.document === id);
    const stays = isSeen || isAccepted || isShown || (await showsDocument(cycle, number, id, session));
    if (stays && !isPublic) return refuse('isUsed');
    if (stays) {
      await changeMarked(world.vault, WorkDocument, record, { $set: { isPublic: false } }, session);
      await changeWork(world, work, {}, session);
      return done<Dropped>({ hidden: true }, { before: { kind, title, original, public: true }, after: { public: false }, reason });
    }
    await collection(WorkDocument).deleteOne({ _id: id }, { session });
    const left = await collection(WorkDocument)
      .find(ofWork(community, work._id), { session, projection: { kind: 1 } })
      .toArray();
    await changeWork(world, work, { $set: { papers: DOCUMENT_KINDS.filter((each) => left.some((other) => other.kind === each)) } }, session);
    return done<Dropped>({ dropped: true }, { before: { kind, title, original }, reason });
  },
});

type Dropped = { readonly dropped: true } | { readonly hidden: true };

/** A paper as a page shows it. */
export interface DocumentRead extends Pick<WorkDocumentRecord, 'kind' | 'title' | 'type' | 'size' | 'isPublic' | 'by' | 'at'> {
  readonly id: string;
}

/** The papers of a work, the oldest first. The caller has to have checked that the work may be read. */
export async function documentsOf({ _id, community }: Pick<WorkRecord, '_id' | 'community'>): Promise<DocumentRead[]> {
  const found = await forReaders(WorkDocument)
    .find(ofWork(community, _id), { sort: { at: 1 }, limit: MAX_DOCUMENTS })
    .toArray();
  return found.map(({ _id: id, kind, title, type, size, isPublic, by, at }) => ({ id, kind, title, type, size, isPublic, by, at }));
}

/** The papers of all works of a cycle, by works, the oldest first; the first 1,000. The caller has to have read the works. */
export async function documentsOfCycle(community: string, cycle: string): Promise<{ id: string; number: number; title: string }[]> {
  const found = await forReaders(WorkDocument)
    .find({ community, 'of.cycle': cycle }, { sort: { 'of.number': 1, at: 1 }, limit: MOST_OF_CYCLE, projection: { of: 1, title: 1 } })
    .toArray();
  return found.map(({ _id: id, of: { number }, title }) => ({ id, number, title }));
}

/** Whether a document is one of a work's. */
export async function hasDocument(work: Pick<WorkRecord, '_id' | 'community'>, id: string): Promise<boolean> {
  return (await documentTitle(work, id)) !== undefined;
}

/** What a document of a work is called; undefined if the work has no such document. */
export async function documentTitle({ _id, community }: Pick<WorkRecord, '_id' | 'community'>, id: string): Promise<string | undefined> {
  return (await collection(WorkDocument).findOne({ _id: id, ...ofWork(community, _id) }, { projection: { title: 1 } }))?.title;
}

/** A paper's bytes. */
interface Paper {
  readonly type: WorkDocumentRecord['type'];
  readonly bytes: Buffer;
}

/** A paper; null if the community has no such one. An implementer reads those of their own works. */
export const readDocument = view({
  name: 'work.document',
  may: SEES_WORKS,
  query: async ({ world, community, actor }, id: string): Promise<Paper | null> => {
    const found = await documentBy(community, id);
    const numbers = found && (await ownImplementers(world)(community, actor));
    const work = numbers && (await forReaders(Work).findOne({ _id: found.of }, { projection: { chosen: 1 } }));
    const isOwn = !numbers || (work?.chosen && numbers.includes(work.chosen.implementer));
    return found && isOwn ? paperOf(world, found) : null;
  },
});

/** A paper of which everybody may see a copy; null if the community has no such one. */
export async function publicDocument(world: World, community: string, id: string): Promise<Paper | null> {
  const found = await documentBy(community, id);
  return found?.isPublic ? paperOf(world, found) : null;
}

async function documentBy(community: string, id: string): Promise<WorkDocumentRecord | null> {
  return /^[0-9a-f]{24}$/.test(id) ? forReaders(WorkDocument).findOne({ _id: id, community }) : null;
}

async function paperOf(world: World, { _id, type }: WorkDocumentRecord): Promise<Paper | null> {
  const bytes = await files(world).read(_id);
  return bytes && { type, bytes };
}
