import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { Inquiry } from './inquiry.ts';

export type InquiryTaken =
  | { readonly done: true }
  /** `changed`: it was answered meanwhile, or another one has it than was thought. */
  | { readonly refused: 'noInquiry' | 'changed' };

/**
 * Takes an inquiry for oneself, so that nobody else writes the same answer. `from`: who had it when it was looked at (`taken.who`); undefined if nobody
 * had. Rejects with `not-allowed` (`checkRight`).
 */
export function takeInquiry(
  world: World,
): (taking: { community: string; number: number; from: string | undefined; actor: Actor }) => Promise<InquiryTaken> {
  return async ({ community, number, from, actor }) => {
    const acting = checkRight(actor, 'takeInquiry', community);
    const _id = { community, number };
    const taken = { who: actor.id, by: actor.name, at: world.now() };
    return withLog(world)(community, async (session, write) => {
      const which = { _id, answer: { $exists: false }, ...(from === undefined ? { taken: { $exists: false } } : { 'taken.who': from }) };
      const before = await collection(Inquiry).findOneAndUpdate(which, { $set: { taken } }, { session });
      if (!before) return { refused: (await collection(Inquiry).findOne({ _id }, { session })) ? 'changed' : 'noInquiry' };
      const had = before.taken && { taken: before.taken.by };
      await write({ ...acting, subject: `inbox/${number}`, detail: { ...(had && { before: had }), after: { taken: actor.name } } });
      return { done: true };
    });
  };
}

/** Gives back an inquiry that one took, so that somebody else takes it. Rejects with `not-allowed` (`checkRight`). */
export function leaveInquiry(world: World): (leaving: { community: string; number: number; actor: Actor }) => Promise<InquiryTaken> {
  return async ({ community, number, actor }) => {
    const acting = checkRight(actor, 'leaveInquiry', community);
    const _id = { community, number };
    return withLog(world)(community, async (session, write) => {
      const which = { _id, answer: { $exists: false }, 'taken.who': actor.id };
      const { matchedCount } = await collection(Inquiry).updateOne(which, { $unset: { taken: 1 } }, { session });
      if (matchedCount === 0) return { refused: (await collection(Inquiry).findOne({ _id }, { session })) ? 'changed' : 'noInquiry' };
      await write({ ...acting, subject: `inbox/${number}`, detail: { before: { taken: actor.name } } });
      return { done: true };
    });
  };
}
