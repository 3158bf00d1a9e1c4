import { model, type mongo, Schema } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { collection } from '../../store/collection.ts';
import { isSame } from '../../store/crypto.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';

/** Six digits sent to a phone, to be repeated in a chat, or by who wants to act as a cadre. Of phone, chat and digits only HMACs are kept, and those for a day. */
interface PhoneCodeRecord {
  /** `slug|HMAC of the phone|1…3`, of a cadre's `slug|cadre|…` (`codePlaces`): a phone has so many places in a day, whoever asks. */
  _id: string;
  community: string;
  phone: string;
  chat: string;
  digits: string;
  /** The act that asked for it. */
  key: string;
  at: Date;
  /** The acts that repeated it wrongly. */
  wrong: string[];
  /** The act that repeated it rightly: nobody else can. */
  used?: string;
}

const schema = new Schema<PhoneCodeRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    phone: { type: String, required: true },
    chat: { type: String, required: true },
    digits: { type: String, required: true },
    key: { type: String, required: true },
    at: { type: Date, required: true },
    wrong: { type: [String], required: true },
    used: String,
  },
  { strict: 'throw', versionKey: false, collection: 'phonecodes' },
);
schema.index({ community: 1, chat: 1, at: 1 });
schema.index({ at: 1 });

export const PhoneCode = model<PhoneCodeRecord>('PhoneCode', schema);

/** Keeps a code in one of the phone's places of the day; false where none is free. */
export async function placeCode(code: Omit<PhoneCodeRecord, '_id'>, kind: 'chat' | 'cadre'): Promise<boolean> {
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
  /** It cannot be tried any more. */
  | { readonly refused: 'over' | 'late' };

const TRIES = 3;
const LASTS_MS = 10 * 60 * 1_000;

/** Six digits sent to a phone are repeated: within ten minutes, with three tries, once, and of those `sent` only the last ones count. */
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

/** A phone gets so many codes of a kind in a day, whoever asks; a cadre needs one for each thing that is asked for by text. */
const A_DAY = { chat: 3, cadre: 10 };

/** `_id`s of the codes (`PhoneCodeRecord`) that a phone can be sent in a day; `phone` is its HMAC. Those of cadres do not use up the others. */
export function codePlaces({ community, phone }: { community: string; phone: string }, kind: 'chat' | 'cadre'): string[] {
  const whose = kind === 'chat' ? [community, phone] : [community, kind, phone];
  return Array.from({ length: A_DAY[kind] }, (_, index) => [...whose, index + 1].join('|'));
}

/** What is kept of six digits sent to a phone: enough to know them again. */
export function codeHmac(vault: Vault, { community, address, digits }: { community: string; address: string; digits: string }): string {
  return vault.hmac('phoneCode', community, address, digits);
}

/** Six digits of an HMAC: the same each time for one act, and guessed once in a million times. */
export function sixDigits(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readUInt32BE() % 1_000_000).padStart(6, '0');
}

/** Twelve digits of an HMAC, which nobody guesses however often they try. */
export function twelveDigits(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readBigUInt64BE() % 1_000_000_000_000n).padStart(12, '0');
}
