import type { mongo } from 'mongoose';
import { z } from 'zod';
import { answerAt } from '../../contacts/contact.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { act, done, line, lines, refuse, subject } from '../act/index.ts';
import { type Actor, DAILY_WORK, Resident } from '../people/index.ts';
import { answerText, authorOf, encryptedAnswer, findInquiry, Inquiry, type InquiryRecord, inquiryAddress } from './inquiry.ts';

/** Characters of an answer: some ten messages. */
const LONGEST_ANSWER = 600;
const LONGEST_NOTE = 300;

const inquiry = subject({
  path: '/inbox/:number',
  find: (_context, community, { number }, session) => findInquiry(community, Number(number), session),
  name: ({ _id }: InquiryRecord) => `inbox/${_id.number}`,
});

/** Answers an inquiry in the inbox, once; the answer goes to where the inquiry came from. `notified`: false if who asked has been deleted since. */
export const answerInquiry = act({
  name: 'inquiry.answer',
  may: DAILY_WORK,
  on: inquiry,
  input: z.strictObject({ text: lines(LONGEST_ANSWER) }),
  refusals: { answered: null },
  async run({ world, notify, session, on, input: { text }, actor }) {
    if (!(await end(world, on._id, text, actor, session))) return refuse('answered');
    const notified = await notifyAuthor(world, notify, on, undefined, { key: 'notice.answered', params: { number: on._id.number, answer: text } });
    return done({ notified }, { after: { answer: text }, names: authorOf(on) });
  },
});

/** Closes an inquiry without an answer, once: the person was called, or there is nothing to say. */
export const closeInquiry = act({
  name: 'inquiry.close',
  may: DAILY_WORK,
  on: inquiry,
  input: z.strictObject({ note: line(LONGEST_NOTE) }),
  refusals: { answered: null },
  async run({ world, session, on, input: { note }, actor }) {
    if (!(await markDone(world, on._id, actor, session))) return refuse('answered');
    return done({}, { reason: note, names: authorOf(on) });
  },
});

/**
 * Takes an inquiry for oneself, so that nobody else writes the same answer. `from`: who had it when it was looked at (`taken.who`), if anybody did.
 * `changed`: it was answered meanwhile, or another one has it than was thought.
 */
export const takeInquiry = act({
  name: 'inquiry.take',
  may: DAILY_WORK,
  on: inquiry,
  input: z.strictObject({ from: line(100).optional() }),
  refusals: { changed: null },
  async run({ world, session, on, input: { from }, actor }) {
    if (on.answer || on.taken?.who !== from) return refuse('changed');
    const taken = { who: actor.id, by: actor.name, at: world.now() };
    await collection(Inquiry).updateOne({ _id: on._id }, { $set: { taken } }, { session });
    return done({}, { ...(on.taken && { before: { taken: on.taken.by } }), after: { taken: actor.name } });
  },
});

/** Gives back an inquiry that one took, so that somebody else takes it. */
export const leaveInquiry = act({
  name: 'inquiry.leave',
  may: DAILY_WORK,
  on: inquiry,
  input: z.strictObject({}),
  refusals: { changed: null },
  async run({ session, on, actor }) {
    if (on.answer || on.taken?.who !== actor.id) return refuse('changed');
    await collection(Inquiry).updateOne({ _id: on._id }, { $unset: { taken: 1 } }, { session });
    return done({}, { before: { taken: actor.name } });
  },
});

/** Opens an inquiry that was closed without an answer: it waits again, since it came. `answered`: an answer went out, which cannot be taken back. */
export const reopenInquiry = act({
  name: 'inquiry.reopen',
  may: DAILY_WORK,
  on: inquiry,
  input: z.strictObject({}),
  refusals: { answered: null },
  async run({ world, session, on }) {
    if (!on.answer) return done({});
    if (answerText(world.vault, on) !== '') return refuse('answered');
    await collection(Inquiry).updateOne({ _id: on._id }, { $unset: { answer: 1 } }, { session });
    return done({}, { names: authorOf(on) });
  },
});

/** Marks an inquiry as done without an answer, in the session of an act that writes the entry; gives false if it was answered or done before. */
export function markDone(world: World, _id: InquiryRecord['_id'], actor: Actor, session: mongo.ClientSession): Promise<boolean> {
  return end(world, _id, '', actor, session);
}

async function end({ vault, now }: World, _id: InquiryRecord['_id'], text: string, actor: Actor, session: mongo.ClientSession): Promise<boolean> {
  const answer = { text: encryptedAnswer(vault, _id, text), by: actor.name, at: now() };
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
  const person =
    resident === undefined ? null : await collection(Resident).findOne({ community: _id.community, _id: resident }, { projection: { language: 1 } });
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
