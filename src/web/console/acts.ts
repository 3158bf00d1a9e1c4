import type { Act } from '../../fund/act/index.ts';
import { answerInquiry, closeInquiry, leaveInquiry, takeInquiry } from '../../fund/inquiries/index.ts';

/** Every act that is one value. What follows for all of them reads this list: the second person, the log's words, the rights that tests walk through. */
export const ACTS: readonly Act[] = [takeInquiry, leaveInquiry, answerInquiry, closeInquiry];
