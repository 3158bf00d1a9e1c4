import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { encrypted, index, optional, type RecordOf, records } from '../../store/records.ts';
import { maskNumbers } from '../../store/text.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { subject } from '../act/index.ts';
import { type CycleRecord, stageAt, voteOf } from '../cycles/index.ts';
import { dropsPictures, type KeptPicture, keepsPictures, picturesOf } from '../pictures/index.ts';
import { countObjections, type ObjectionCounts, type ObjectionRecord, objectionAnswer, objectionsOf, objectionText } from './objection.ts';

/** A list as it was published before the vote. Who publishes again makes a new one; the newest counts. */
export const Publication = records(
  'publications',
  {
    /** `number` counts from 1 in a cycle. */
    _id: { cycle: String, number: Number },
    community: String,
    /** The list, encrypted, because titles may be a resident's words (`publishedList`). */
    list: encrypted('publishedList'),
    /** It is a list of proposals, because there were no projects; the ballot is made of them later. */
    ofProposals: optional(true),
    /** Since when the ballot says something else than the list. */
    differs: optional(Date),
    from: Date,
    to: Date,
    by: String,
    /** The supervisor's check. `finding`: what is wrong; absent if all is right. `mark` (`checkMark`): of the ballot that was checked. */
    check: optional({ by: String, at: Date, finding: optional(String), mark: String }),
    /** When the ballot was changed after a check that found it right: it has to be checked again. */
    changed: optional(Date),
  },
  [index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true }), index({ from: 1 })],
);
export type PublicationRecord = RecordOf<typeof Publication>;

/** In which communities something was published since a moment, and when. */
export async function publishedSince(since: Date): Promise<{ community: string; at: Date }[]> {
  const found = await forReaders(Publication)
    .find({ from: { $gte: since } }, { projection: { community: 1, from: 1 } })
    .toArray();
  return found.map(({ community, from }) => ({ community, at: from }));
}

/**
 * A project, or a proposal that can be one, as it was published. `cost` is in whole units of the cycle's currency; null if it is not known. `short`: what a
 * project is called in texts and on the phone, if that is not its title.
 */
export type PublishedItem = z.output<typeof item>;

const item = z.strictObject({
  number: z.int(),
  title: z.string(),
  short: z.string().optional(),
  titleEn: z.string().optional(),
  cost: z.int().nullable(),
});

/** The list as it was published, decrypted; empty if it is of another publication: then every ballot differs from it. */
export function publishedList(vault: Vault, { _id, list }: Pick<PublicationRecord, '_id' | 'list'>): PublishedItem[] {
  const published = textIfOurs(vault, 'publishedList', nameOf(_id), list);
  return published === undefined ? [] : z.array(item).parse(JSON.parse(published));
}

/** A list, encrypted as `list` keeps it. */
export function encryptedList(vault: Vault, _id: PublicationRecord['_id'], list: readonly PublishedItem[]): Buffer {
  return vault.encrypt('publishedList', nameOf(_id), JSON.stringify(list));
}

function nameOf({ cycle, number }: PublicationRecord['_id']): string {
  return `${cycle}|${number}`;
}

/** A cycle's publication that counts; null if nothing was published. */
export function publicationOf(cycle: string, session?: mongo.ClientSession): Promise<PublicationRecord | null> {
  return collection(Publication).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, promoteBuffers: true, ...(session && { session }) });
}

/** Whether it is the time for objections: the stage `publish`, and as long as a list is published, in whatever stage before the vote. */
export function takesObjections(cycle: CycleRecord, publication: Pick<PublicationRecord, 'to'> | null, at: Date): boolean {
  if (!isBeforeVote(cycle, at)) return false;
  return stageAt(cycle, at) === 'publish' || (publication !== null && at < publication.to);
}

/** Whether the vote has not opened yet: a list is published, objected to and changed before it. */
export function isBeforeVote(cycle: CycleRecord, at: Date): boolean {
  const vote = voteOf(cycle, at);
  return !vote || at < vote.from;
}

/**
 * How a publication stands: `unchecked` by a supervisor, or found to be `wrong`; the ballot `differs` from it; an objection is `overdue`, or some are
 * still `open`; else it is `clear`. The first that holds.
 */
export type PublicationState = 'unchecked' | 'wrong' | 'differs' | 'overdue' | 'open' | 'clear';

/** How a publication stands with the objections of its cycle. */
export function publicationState(
  { check, differs }: { readonly check?: { readonly by: string; readonly finding?: string }; readonly differs?: Date },
  { open, overdue }: Pick<ObjectionCounts, 'open' | 'overdue'>,
): PublicationState {
  if (!check) return 'unchecked';
  if (check.finding !== undefined) return 'wrong';
  if (differs) return 'differs';
  if (overdue > 0) return 'overdue';
  return open > 0 ? 'open' : 'clear';
}

/** An answered objection as anyone may read it. The numbers of phones, IDs and banks are masked. */
export interface PublicObjection {
  readonly number: number;
  /** The number on the list that it is about; null if it is about the list as a whole. */
  readonly about: number | null;
  /** Of the objection and of its answer; ISO 8601. */
  readonly at: string;
  readonly answeredAt: string;
  readonly text: string;
  readonly answer: string;
}

/** A cycle's publication as anyone may read it; times in ISO 8601, sums in whole units of the cycle's currency. */
export interface PublicPublication {
  readonly from: string;
  readonly to: string;
  readonly list: readonly PublishedItem[];
  /** A supervisor's check; `finding` is what they found wrong, null if the list is right. Null while it is not checked. */
  readonly check: { readonly at: string; readonly finding: string | null } | null;
  /** How many objections wait for an answer, and how many have one; of these the last 500. */
  readonly unanswered: number;
  readonly answered: number;
  readonly objections: readonly PublicObjection[];
  /** Of the notice board, the oldest first. */
  readonly pictures: readonly PublicPicture[];
}

/** A picture that anybody may look at; its pixels are those of the large one. `at`: when it was kept, ISO 8601. */
export interface PublicPicture extends Pick<KeptPicture, 'id' | 'width' | 'height'> {
  readonly at: string;
  readonly caption: string | null;
}

/** What is public of a cycle's publication; null if nothing is published. */
export async function publicPublication({ vault, now }: Pick<World, 'vault' | 'now'>, cycle: string): Promise<PublicPublication | null> {
  const found = await forReaders(Publication).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 } });
  if (!found) return null;
  const [counts, objections, pictures] = await Promise.all([
    countObjections(found.community, cycle, now()),
    objectionsOf(cycle, true),
    picturesOf(found.community, ofBoard(cycle, found._id.number)),
  ]);
  const { check, from, to } = found;
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    list: publishedList(vault, found),
    check: check ? { at: check.at.toISOString(), finding: check.finding === undefined ? null : maskNumbers(check.finding) } : null,
    unanswered: counts.open,
    answered: counts.answered,
    objections: objections.flatMap((objection) => answered(vault, objection)),
    pictures: pictures.map(publicPicture),
  };
}

/** The most publications of a cycle that a proposal's story looks into. */
const MAX_PUBLICATIONS = 50;

/**
 * When a proposal was on a list that was published before the vote, the earliest first: as itself, or as the project that it became, while the list says
 * of that what the ballot says now.
 */
export async function publishedWith(
  { vault }: Pick<World, 'vault'>,
  cycle: string,
  number: number,
  project: Pick<PublishedItem, 'number' | 'title'> | undefined,
): Promise<Date[]> {
  const found = await forReaders(Publication)
    .find({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, limit: MAX_PUBLICATIONS, promoteBuffers: true })
    .toArray();
  const isIn = (publication: PublicationRecord) =>
    publishedList(vault, publication).some((item) =>
      publication.ofProposals ? item.number === number : item.number === project?.number && item.title === project.title,
    );
  return found
    .filter(isIn)
    .map(({ from }) => from)
    .reverse();
}

/** What anybody may know of a picture; numbers in its caption are masked. */
export function publicPicture({ id, width, height, at, caption }: KeptPicture): PublicPicture {
  return { id, width, height, at: at.toISOString(), caption: caption === undefined ? null : maskNumbers(caption) };
}

function answered(vault: World['vault'], objection: ObjectionRecord): PublicObjection[] {
  const { _id, about = null, at, answer } = objection;
  if (!answer) return [];
  return [
    {
      number: _id.number,
      about,
      at: at.toISOString(),
      answeredAt: answer.at.toISOString(),
      text: maskNumbers(objectionText(vault, objection)),
      answer: maskNumbers(objectionAnswer(vault, objection) ?? ''),
    },
  ];
}

/** A publication, as its pictures belong to it: those of the notice board on which it hangs. */
const board = {
  on: subject({
    path: '/publication/:cycle/:number',
    find: (_, community, { cycle = '', number }, session) =>
      collection(Publication).findOne({ _id: { cycle, number: Number(number) }, community }, { ...(session && { session }) }),
    name: ({ _id: { cycle, number } }: PublicationRecord) => `publication/${cycle}/${number}`,
  }),
  of: ({ _id: { cycle, number }, community }: PublicationRecord) => ({ community, ...ofBoard(cycle, number) }),
};
export const keepBoardPicture = keepsPictures(board);
export const dropBoardPicture = dropsPictures(board);

/** A publication as its pictures belong to it. */
export function ofBoard(cycle: string, number: number) {
  return { kind: 'publication', id: `${cycle}/${number}` } as const;
}
