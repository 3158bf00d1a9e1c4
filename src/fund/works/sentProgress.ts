import { CHANNELS } from '../../contacts/channel.ts';
import type { ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { SEES_WORKS, twelveDigits, view } from '../people/index.ts';

/**
 * News of a work that came by message. `held`: until digits are repeated, because a sender can be forged; `waiting`: while its pictures are on their way.
 * Afterwards it stays for a day, so that pictures which follow are known to belong to it.
 */
export const SentProgress = records(
  'sentProgress',
  {
    /** An HMAC of the act: it counts once. */
    _id: String,
    community: String,
    work: { cycle: String, number: Number },
    /** `addressHmac(…)` of the phone or chat. */
    from: String,
    at: Date,
    state: oneOf(['held', 'waiting', 'done']),
    /** Of what is held, or was: the key of the digits that were sent for it last (`askProof`). */
    code: optional(String),
    /** When its digits were repeated: its pictures are fetched from then on. */
    provedAt: optional(Date),
    /** Encrypted: `Sent`; gone once its pictures came. */
    sent: optional(encrypted('sentProgress')),
    /** While it waits: when the next try is due, and how often it was tried. */
    dueAt: optional(Date),
    attempts: Number,
  },
  [
    index({ from: 1, at: -1 }),
    index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } }),
    index({ 'work.cycle': 1, 'work.number': 1 }, { partialFilterExpression: { state: 'held' } }),
    index({ at: 1 }),
  ],
);
export type SentProgressRecord = RecordOf<typeof SentProgress>;

/** What was sent, by whom, and the carrier's names of its pictures. */
export interface Sent extends ContactPoint {
  readonly key: string;
  readonly text: string;
  readonly pictures: readonly string[];
  readonly language: string;
  /** Of the project, for what is told of it. */
  readonly title: string;
  /** As whom it was written, as far as is known. */
  readonly by: string;
}

export function encryptedSent(vault: Vault, _id: string, sent: Sent): Buffer {
  return vault.encrypt('sentProgress', _id, JSON.stringify(sent));
}

/** What came, decrypted; undefined if it is of another record. It needs no check of its form, because we encrypted it. */
export function sentIn(vault: Vault, { _id, sent }: Pick<SentProgressRecord, '_id' | 'sent'>): Sent | undefined {
  const kept = textIfOurs(vault, 'sentProgress', _id, sent);
  return kept && JSON.parse(kept);
}

/**
 * Twelve digits that publish held news, for a phone that has had enough of the six today: whoever forges its number never sees an answer, and nobody guesses
 * them. Shown only in an answer to the very phone that has to prove itself.
 */
export function shownDigits(vault: Vault, { key }: Pick<Sent, 'key'>): string {
  return twelveDigits(vault.hmac('cadreDigits', key, 'shown'));
}

/** Whether digits may stand in the answer: it reaches nobody but the holder of `phone`. */
export function mayShow({ channel, address }: ContactPoint, phone: string): boolean {
  return CHANNELS[channel].isAnswerPrivate && address === phone;
}

/** News that came by text and is not public, because the digits for it were not repeated yet. */
export interface HeldNews extends Pick<Sent, 'by' | 'text'> {
  readonly at: Date;
  /** How many came with it. */
  readonly pictures: number;
}

/** Held news of a work, the oldest first; at most fifty. */
export const heldNews = view({
  name: 'news.held',
  may: SEES_WORKS,
  query: async ({ world: { vault }, community }, work: SentProgressRecord['work']): Promise<HeldNews[]> => {
    const found = await collection(SentProgress)
      .find({ community, state: 'held', 'work.cycle': work.cycle, 'work.number': work.number }, { sort: { at: 1 }, limit: 50, promoteBuffers: true })
      .toArray();
    return found.flatMap((record) => {
      const sent = sentIn(vault, record);
      return sent ? [{ by: sent.by, text: sent.text, at: record.at, pictures: sent.pictures.length }] : [];
    });
  },
});

/** What nobody proved in so long is not published any more. */
const HELD_MS = 3 * DAY_MS;

/** Forgets what came by message and was done a day ago, and what was held in vain. */
export async function forgetSentProgress(now: Date): Promise<void> {
  const before = (ms: number) => ({ at: { $lt: new Date(now.getTime() - ms) } });
  await collection(SentProgress).deleteMany({
    $or: [
      { state: 'done', ...before(DAY_MS) },
      { state: 'held', ...before(HELD_MS) },
    ],
  });
}
