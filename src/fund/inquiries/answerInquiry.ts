import type { mongo } from 'mongoose';
import { answerAt } from '../../contacts/contact.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, Resident } from '../people/index.ts';
import { authorOf, encryptedAnswer, Inquiry, type InquiryRecord, inquiryAddress } from './inquiry.ts';

export type InquiryAnswered =
  /** `notified`: the answer is on its way; false if the person who asked has been deleted since. */
  { readonly answered: true; readonly notified: boolean } | { readonly refused: 'noCommunity' | 'noInquiry' | 'answered' };

/** Answers an inquiry in the inbox, once; the answer goes to where the inquiry came from. Rejects with `not-allowed` (`checkRight`). */
export function answerInquiry(
  world: World,
  notify: Notify,
): (answer: { community: string; number: number; text: string; actor: Actor }) => Promise<InquiryAnswered> {
  return async ({ community: slug, number, text, actor }) => {
    const acting = checkRight(actor, 'answerInquiry', slug);
    const _id = { community: slug, number };
    const [community, inquiry] = await Promise.all([findCommunity(slug), collection(Inquiry).findOne({ _id })]);
    if (!community) return { refused: 'noCommunity' };
    if (!inquiry) return { refused: 'noInquiry' };
    if (inquiry.answer) return { refused: 'answered' };
    return withLog(world)(slug, async (session, write) => {
      const { matchedCount } = await collection(Inquiry).updateOne(
        { _id, answer: { $exists: false } },
        { $set: { answer: { text: encryptedAnswer(world.vault, _id, text), by: actor.name, at: world.now() } } },
        { session },
      );
      if (matchedCount === 0) return { refused: 'answered' };
      await write({ ...acting, subject: `inbox/${number}`, detail: { after: { answer: text } }, names: authorOf(inquiry) });
      const notified = await notifyAuthor(world, notify, inquiry, undefined, { key: 'notice.answered', params: { number, answer: text } }, session);
      return { answered: true, notified };
    });
  };
}

/** Closes an inquiry without an answer, once: the person was called, or there is nothing to say. Rejects with `not-allowed` (`checkRight`). */
export function closeInquiry(
  world: World,
): (closing: {
  community: string;
  number: number;
  note: string;
  actor: Actor;
}) => Promise<{ readonly done: true } | { readonly refused: 'noInquiry' | 'answered' }> {
  return async ({ community, number, note, actor }) => {
    const acting = checkRight(actor, 'closeInquiry', community);
    const _id = { community, number };
    const inquiry = await collection(Inquiry).findOne({ _id });
    if (!inquiry) return { refused: 'noInquiry' };
    return withLog(world)(community, async (session, write) => {
      if (!(await markDone(world, _id, actor, session))) return { refused: 'answered' };
      await write({ ...acting, subject: `inbox/${number}`, detail: { reason: note }, names: authorOf(inquiry) });
      return { done: true };
    });
  };
}

/** Marks an inquiry as done without an answer, in the session of an act that writes the entry; gives false if it was answered or done before. */
export async function markDone({ vault, now }: World, _id: InquiryRecord['_id'], actor: Actor, session: mongo.ClientSession): Promise<boolean> {
  const answer = { text: encryptedAnswer(vault, _id, ''), by: actor.name, at: now() };
  return (await collection(Inquiry).updateOne({ _id, answer: { $exists: false } }, { $set: { answer } }, { session })).matchedCount === 1;
}

/** Notifies the person who wrote an inquiry of something about it; gives false if they have been deleted since. */
export async function notifyAuthor(
  { vault }: Pick<World, 'vault'>,
  notify: Notify,
  inquiry: InquiryRecord,
  occasion: string | undefined,
  said: Notice['said'],
  session?: mongo.ClientSession,
): Promise<boolean> {
  const { _id, channel, resident } = inquiry;
  const address = inquiryAddress(vault, inquiry);
  if (address === undefined) return false;
  const person = resident === undefined ? null : await collection(Resident).findOne({ _id: resident }, { projection: { language: 1 } });
  const notice: Notice = {
    occasion: ['inquiry', _id.community, _id.number, ...(occasion ? [occasion] : [])].join('|'),
    community: _id.community,
    ...answerAt({ channel, address }),
    ...(resident && { resident }),
    language: person?.language,
    kind: 'answer',
    askedAt: inquiry.at,
    said,
  };
  await notify(notice, session);
  return true;
}

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
