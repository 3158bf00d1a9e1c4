import { native } from '../../store/native.ts';
import { PhoneCode } from '../records/phoneCode.ts';
import { ProofDay } from '../records/proofDay.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Codes, and counts of tries, that count for no day any more. */
export async function forgetCodes(now: Date): Promise<void> {
  await native(PhoneCode).deleteMany({ at: { $lte: new Date(now.getTime() - DAY_MS) } });
  await native(ProofDay).deleteMany({ at: { $lte: new Date(now.getTime() - 2 * DAY_MS) } });
}
