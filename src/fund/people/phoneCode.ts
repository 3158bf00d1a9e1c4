import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { index, optional, type RecordOf, records } from '../../store/records.ts';
import { isSame, type Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';

/**
 * Six digits that were sent to a phone. They are to be repeated in a chat, or by a person who wants to act as a cadre. Of the phone, the chat and the
 * digits only HMACs are kept, for a day.
 */
export const PhoneCode = records(
  'phonecodes',
  {
    /** `slug|HMAC of the phone|1…3`; for a cadre's code `slug|cadre|…`, for one that publishes news `slug|news|…` (`codePlaces`). A phone has so many places in a day, no matter who asks. */
    _id: String,
    community: String,
    phone: String,
    chat: String,
    digits: String,
    /** The key of the act that asked for the code. */
    key: String,
    at: Date,
    /** The keys of the acts that repeated it wrongly. */
    wrong: [String],
    /** The key of the act that repeated it rightly: no other act can use it. */
    used: optional(String),
  },
  [index({ community: 1, chat: 1, at: 1 }), index({ at: 1 })],
);
type PhoneCodeRecord = RecordOf<typeof PhoneCode>;

/** Keeps a code in one of the phone's places of the day; gives false if no place is free. */
export async function placeCode(code: Omit<PhoneCodeRecord, '_id'>, kind: CodeKind): Promise<boolean> {
  const dayAgo = new Date(code.at.getTime() - DAY_MS);
  for (const _id of codePlaces(code, kind)) {
    try {
      await collection(PhoneCode).updateOne({ _id, at: { $lte: dayAgo } }, { $set: code, $unset: { used: 1 } }, { upsert: true });
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }
  return false;
}

export type Tried =
  | { readonly right: true }
  | { readonly refused: 'wrong'; readonly triesLeft: number }
  /** The code cannot be tried any more. */
  | { readonly refused: 'over' | 'late' };

const TRIES = 3;
const LASTS_MS = 10 * 60 * 1_000;

/**
 * Checks six digits that were sent to a phone and are repeated now. They are valid for ten minutes, for three tries, and once. Of the codes `sent`,
 * only the last one counts.
 */
export async function tryCode(
  { vault }: Pick<World, 'vault'>,
  sent: mongo.Filter<PhoneCodeRecord>,
  { phone, digits }: { phone: string; digits: string },
  act: Pick<Act, 'key' | 'at' | 'community' | 'beginWrite'>,
): Promise<Tried> {
  const key = vault.hmac('act', act.key, 'tryCode');
  const [code] = await collection(PhoneCode).find(sent).sort({ at: -1 }).limit(1).toArray();
  if (!code || act.at.getTime() - code.at.getTime() > LASTS_MS) return { refused: 'late' };
  const before = code.wrong.filter((other) => other !== key).length;
  if (before >= TRIES || (code.used !== undefined && code.used !== key)) return { refused: 'over' };
  const isRight = isSame(code.digits, codeHmac(vault, { community: act.community, address: phone, digits }));
  act.beginWrite();
  const still = { _id: code._id, key: code.key };
  if (isRight) {
    await collection(PhoneCode).updateOne(still, { $set: { used: key } });
    return { right: true };
  }
  await collection(PhoneCode).updateOne({ ...still, wrong: { $ne: key } }, { $push: { wrong: key } });
  const triesLeft = TRIES - before - 1;
  return triesLeft > 0 ? { refused: 'wrong', triesLeft } : { refused: 'over' };
}

/**
 * Checks six digits where several things wait, each for digits of its own: whichever of them these are is meant, and a wrong try counts against all. `of` is the key of
 * the act that asked for them.
 */
export async function tryEachCode(
  { vault }: Pick<World, 'vault'>,
  sent: mongo.Filter<PhoneCodeRecord>,
  { phone, digits }: { phone: string; digits: string },
  act: Pick<Act, 'key' | 'at' | 'community' | 'beginWrite'>,
): Promise<{ readonly right: true; readonly of: string } | Exclude<Tried, { right: true }>> {
  const key = vault.hmac('act', act.key, 'tryCode');
  const lasting = { ...sent, at: { $gt: new Date(act.at.getTime() - LASTS_MS) } };
  const found = await collection(PhoneCode).find(lasting).sort({ at: -1 }).toArray();
  if (found.length === 0) return { refused: 'late' };
  const triesOf = (code: PhoneCodeRecord) => TRIES - code.wrong.filter((other) => other !== key).length;
  const live = found.filter((code) => triesOf(code) > 0 && (code.used === undefined || code.used === key));
  if (live.length === 0) return { refused: 'over' };
  const given = codeHmac(vault, { community: act.community, address: phone, digits });
  const right = live.find((code) => isSame(code.digits, given));
  act.beginWrite();
  if (right) {
    await collection(PhoneCode).updateOne({ _id: right._id, key: right.key }, { $set: { used: key } });
    return { right: true, of: right.key };
  }
  await collection(PhoneCode).updateMany({ _id: { $in: live.map(({ _id }) => _id) }, wrong: { $ne: key } }, { $push: { wrong: key } });
  const triesLeft = Math.max(...live.map(triesOf)) - 1;
  return triesLeft > 0 ? { refused: 'wrong', triesLeft } : { refused: 'over' };
}

/** What a code is for: to join in a chat, to act as a cadre, to publish news of a work. */
export type CodeKind = keyof typeof A_DAY;

/** How many codes of a kind a phone gets in a day, no matter who asks. By text one is needed for each thing that is asked for. */
const A_DAY = { chat: 3, cadre: 10, news: 10 };

/**
 * `_id`s of the codes (`PhoneCodeRecord`) that can be sent to a phone in a day; `phone` is its HMAC. Codes of one kind do not use up the places of
 * another.
 */
export function codePlaces({ community, phone }: { community: string; phone: string }, kind: CodeKind): string[] {
  const whose = kind === 'chat' ? [community, phone] : [community, kind, phone];
  return Array.from({ length: A_DAY[kind] }, (_, index) => [...whose, index + 1].join('|'));
}

/** The HMAC that is kept of six digits sent to a phone: enough to recognize them. */
export function codeHmac(vault: Vault, { community, address, digits }: { community: string; address: string; digits: string }): string {
  return vault.hmac('phoneCode', community, address, digits);
}

/** Six digits of an HMAC: always the same for one act; a guess is right once in a million times. */
export function sixDigits(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readUInt32BE() % 1_000_000).padStart(6, '0');
}

/** Twelve digits of an HMAC: nobody guesses them, however often they try. */
export function twelveDigits(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readBigUInt64BE() % 1_000_000_000_000n).padStart(12, '0');
}
