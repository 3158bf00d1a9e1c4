import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import { ForeignDay } from '../records/foreignDay.ts';
import { PhoneCode } from '../records/phoneCode.ts';
import { ProofDay } from '../records/proofDay.ts';
import { WrongCards } from '../records/wrongCards.ts';

/** Codes, and counts of tries and of answers, that count for no day any more. */
export async function forgetCodes(now: Date): Promise<void> {
  const daysAgo = (days: number) => ({ at: { $lte: new Date(now.getTime() - days * DAY_MS) } });
  await native(PhoneCode).deleteMany(daysAgo(1));
  await native(WrongCards).deleteMany(daysAgo(1));
  await native(ProofDay).deleteMany(daysAgo(2));
  await native(ForeignDay).deleteMany(daysAgo(2));
}
