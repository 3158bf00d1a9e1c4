import { native } from '../../store/native.ts';
import { PhoneCode } from '../records/phoneCode.ts';

/** Codes that count for no day's number any more. */
export async function forgetCodes(now: Date): Promise<void> {
  await native(PhoneCode).deleteMany({ at: { $lte: new Date(now.getTime() - 24 * 60 * 60 * 1000) } });
}
