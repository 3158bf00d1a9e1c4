import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import { isDuplicate } from '../isDuplicate.ts';
import { PhoneCode, type PhoneCodeRecord } from '../records/phoneCode.ts';
import { codePlaces } from './codePlaces.ts';

/** Keeps a code in one of the phone's places of the day; false where none is free. */
export async function placeCode(code: Omit<PhoneCodeRecord, '_id'>, kind: 'chat' | 'cadre'): Promise<boolean> {
  const dayAgo = new Date(code.at.getTime() - DAY_MS);
  for (const _id of codePlaces(code, kind)) {
    try {
      await native(PhoneCode).updateOne({ _id, at: { $lte: dayAgo } }, { $set: code, $unset: { used: 1 } }, { upsert: true });
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }
  return false;
}
