import type { MessageRecord } from '../message.ts';

/** Messages that were cancelled with their broadcast and never went out; one that made no sense any more has a reason. */
export const CANCELLED_WITH: { readonly state: MessageRecord['state']; readonly reason: { readonly $exists: false } } = {
  state: 'cancelled',
  reason: { $exists: false },
};
