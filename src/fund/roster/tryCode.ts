import type { mongo } from 'mongoose';
import { isSame } from '../../store/isSame.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { PhoneCode, type PhoneCodeRecord } from '../records/phoneCode.ts';
import { codeHmac } from './codeHmac.ts';

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
  const [code] = await native(PhoneCode).find(sent).sort({ at: -1 }).limit(1).toArray();
  if (!code || act.at.getTime() - code.at.getTime() > LASTS_MS) return { refused: 'late' };
  const before = code.wrong.filter((other) => other !== key).length;
  if (before >= TRIES || (code.used !== undefined && code.used !== key)) return { refused: 'over' };
  const isRight = isSame(code.digits, codeHmac(vault, { community: act.community, address: phone, digits }));
  act.beginWrite();
  const still = { _id: code._id, key: code.key };
  if (isRight) {
    await native(PhoneCode).updateOne(still, { $set: { used: key } });
    return { right: true };
  }
  await native(PhoneCode).updateOne({ ...still, wrong: { $ne: key } }, { $push: { wrong: key } });
  const triesLeft = TRIES - before - 1;
  return triesLeft > 0 ? { refused: 'wrong', triesLeft } : { refused: 'over' };
}
