import { model, Schema } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, type ContactPoint } from '../../contacts/contact.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS, HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { type Actor, actingCadre, holdersOf, personOf } from '../people/index.ts';
import type { BallotItem } from '../projects/index.ts';
import { actorsAt, actorsInChat } from '../staff/index.ts';
import { addProgress, LONGEST_NEWS } from './progress.ts';
import { type WorkHere, workHere } from './readWorks.ts';

/** What came of news by message. `pictures`: so many are being fetched. */
export type ProgressTold =
  | { readonly noted: BallotItem; readonly text: string; readonly pictures: number }
  /** The sender is neither a cadre nor an implementer: the message was meant for something else. */
  | { readonly notStaff: true }
  | { readonly unknown: number }
  /** An implementer whose work it is not. */
  | { readonly notYours: BallotItem }
  | { readonly tooLong: number }
  /** Pictures alone, and nothing was told before that they could belong to. */
  | { readonly alone: true };

/** Pictures that follow within this time belong to what was told before. */
const FOLLOWS_MS = HOUR_MS;
const MOST_PICTURES = 10;

/**
 * Service: takes news of a work from a cadre's or implementer's own phone or chat. A text alone is public at once; with pictures once these were fetched
 * (`fetchSentPictures`). Without a number it belongs to what the same phone or chat told last.
 */
export function tellProgress(
  world: World,
): (input: { number?: number; text: string; pictures: readonly string[] }, act: Act & { readonly language: string }) => Promise<ProgressTold> {
  const actorOf = progressActor(world);
  const find = workHere(world);
  return async ({ number: given, text, pictures: all }, act) => {
    const pictures = all.slice(0, MOST_PICTURES);
    const actor = await actorOf(act);
    if (!actor) return { notStaff: true };
    const from = addressHmac(world.vault, act);
    const number = given ?? (await lastTold(from, act.at))?.work.number;
    if (number === undefined) return { alone: true };
    const work = await find(number, act);
    if (!work) return { unknown: number };
    if ([...text].length > LONGEST_NEWS) return { tooLong: LONGEST_NEWS };
    act.beginWrite();
    if (pictures.length > 0) await keep(act, from, work, { text, pictures });
    else {
      const added = await added_(actor, act, work, text);
      if (added) return added;
      await keep(act, from, work);
    }
    return { noted: work.item, text, pictures: pictures.length };
  };

  /** Adds a text; gives the reason if it is refused. */
  async function added_(actor: Actor, act: Act, { cycle, item }: WorkHere, text: string): Promise<ProgressTold | undefined> {
    try {
      const outcome = await addProgress(world, actor, { _id: { cycle, number: item.number } }, { text, pictures: [], at: act.at, key: act.key });
      return 'refused' in outcome ? { unknown: item.number } : undefined;
    } catch (error) {
      if (error instanceof CodedError && error.code === 'not-allowed') return { notYours: item };
      throw error;
    }
  }

  async function keep(
    act: Act & { readonly language: string },
    from: string,
    { cycle, item }: WorkHere,
    sent?: { text: string; pictures: readonly string[] },
  ): Promise<void> {
    const { community, at, channel, address, key, language } = act;
    const _id = world.vault.hmac('act', key, 'sentProgress');
    const waits = sent && { sent: encryptedSent(world.vault, _id, { channel, address, key, language, title: item.label, ...sent }), dueAt: at };
    const record: Omit<SentProgressRecord, '_id'> = {
      ...{ community, work: { cycle, number: item.number }, from, at, state: sent ? 'waiting' : 'done', attempts: 0 },
      ...waits,
    };
    await collection(SentProgress).updateOne({ _id }, { $setOnInsert: record }, { upsert: true });
  }
}

function lastTold(from: string, at: Date): Promise<SentProgressRecord | null> {
  return collection(SentProgress).findOne({ from, at: { $gt: new Date(at.getTime() - FOLLOWS_MS) } }, { sort: { at: -1 } });
}

/** The cadre or implementer whose phone or chat this is, as the roster and the staff have it now; null if it is nobody's. */
export function progressActor(world: World): (from: CommunityContact) => Promise<Actor | null> {
  const cadreOf = actingCadre(world);
  const phoneOf = phoneAt(world);
  return async (from) => {
    const cadre = await cadreOf(from);
    if (cadre) return cadre;
    const phone = await phoneOf(from);
    const actors = phone === undefined ? [] : await actorsAt(world, from.community, phone);
    if (!CHANNELS[from.channel].isPhone) actors.push(...(await actorsInChat(world, from)));
    return actors.find(({ role }) => role === 'cadre') ?? actors.find(({ role }) => role === 'implementer') ?? null;
  };
}

/** The sender's phone: the one that wrote, or that of the only resident whose chat it is. */
function phoneAt(world: World): (from: CommunityContact) => Promise<string | undefined> {
  const holders = holdersOf(world);
  return async (from) => {
    if (CHANNELS[from.channel].isPhone) return from.address;
    const [holder, another] = (await holders(from)).holders;
    return holder && !another ? personOf(world.vault, { _id: holder.resident, person: holder.person }).phone : undefined;
  };
}

/** Forgets what came by message and was done a day ago. */
export async function forgetSentProgress(now: Date): Promise<void> {
  await collection(SentProgress).deleteMany({ state: 'done', at: { $lt: new Date(now.getTime() - DAY_MS) } });
}

/**
 * News of a work that came by message. While pictures are on their way it waits; afterwards it stays for a day, so that pictures which follow are known to
 * belong to it.
 */
export interface SentProgressRecord {
  /** An HMAC of the act: it counts once. */
  _id: string;
  community: string;
  work: { cycle: string; number: number };
  /** `addressHmac(…)` of the phone or chat. */
  from: string;
  at: Date;
  state: 'waiting' | 'done';
  /** Encrypted: `Sent`; gone once it is done. */
  sent?: Buffer;
  /** While it waits: when the next try is due, and how often it was tried. */
  dueAt?: Date;
  attempts: number;
}

const schema = new Schema<SentProgressRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    work: { type: { cycle: { type: String, required: true }, number: { type: Number, required: true } }, required: true, _id: false },
    from: { type: String, required: true },
    at: { type: Date, required: true },
    state: { type: String, enum: ['waiting', 'done'], required: true },
    sent: encrypted('sentProgress'),
    dueAt: Date,
    attempts: { type: Number, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'sentProgress' },
);
schema.index({ from: 1, at: -1 });
schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
schema.index({ at: 1 });

export const SentProgress = model<SentProgressRecord>('SentProgress', schema);

/** What was sent, by whom, and the carrier's names of its pictures. */
export interface Sent extends ContactPoint {
  readonly key: string;
  readonly text: string;
  readonly pictures: readonly string[];
  readonly language: string;
  /** Of the project, for what is told of it. */
  readonly title: string;
}

function encryptedSent(vault: Vault, _id: string, sent: Sent): Buffer {
  return vault.encrypt('sentProgress', _id, JSON.stringify(sent));
}

/** It needs no check of its form, because we encrypted it. */
export function sentIn(vault: Vault, { _id, sent }: SentProgressRecord): Sent | undefined {
  return sent && JSON.parse(vault.decrypt('sentProgress', _id, sent));
}
