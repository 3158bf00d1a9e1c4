import type { mongo } from 'mongoose';
import { phoneContact } from '../../contacts/contact.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { numbered } from '../../store/databaseErrors.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { findCycle } from '../cycles/index.ts';
import { authorOf, findInquiry, inquiryAddress, markDone } from '../inquiries/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, answerOf, checkRight, Resident } from '../people/index.ts';
import type { Origin } from '../proposals/index.ts';
import {
  authorContact,
  encryptedObjectionAnswer,
  LONGEST_OBJECTION,
  lastObjection,
  type NewObjection,
  Objection,
  type ObjectionRecord,
  objectionOf,
  objectorOf,
} from './objection.ts';
import { publicationOf, publishedList, takesObjections } from './publication.ts';

export type ObjectionAnswered =
  /** `notified`: the answer is on its way to the person who objected. */
  { readonly answered: true; readonly notified: boolean } | { readonly refused: 'noObjection' | 'answered' | 'empty' };

/**
 * Answers an objection in writing, once; from now on both are public, and the answer goes to where the objection came from. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function answerObjection(
  world: World,
  notify: Notify,
): (answer: { cycle: string; number: number; text: string; actor: Actor }) => Promise<ObjectionAnswered> {
  return async ({ cycle, number, text: written, actor }) => {
    const _id = { cycle, number };
    const objection = await collection(Objection).findOne({ _id });
    if (!objection) return { refused: 'noObjection' };
    const { community } = objection;
    const acting = checkRight(actor, 'answerObjection', community);
    const text = cleanText(written);
    if (text === '') return { refused: 'empty' };
    if (objection.answer) return { refused: 'answered' };
    return withLog(world)(community, async (session, write): Promise<ObjectionAnswered> => {
      const answer = { text: encryptedObjectionAnswer(world.vault, _id, text), by: actor.name, at: world.now() };
      const { matchedCount } = await collection(Objection).updateOne({ _id, answer: { $exists: false } }, { $set: { answer } }, { session });
      if (matchedCount === 0) return { refused: 'answered' };
      await write({ ...acting, subject: `${cycle}/${number}`, detail: { after: { answer: text } }, names: objectorOf(objection) });
      return { answered: true, notified: await tellObjector(world, notify, objection, text, session) };
    });
  };
}

async function tellObjector(
  { vault }: World,
  notify: Notify,
  objection: ObjectionRecord,
  answer: string,
  session: mongo.ClientSession,
): Promise<boolean> {
  const { _id, community, resident } = objection;
  const contact = authorContact(vault, objection);
  if (!contact) return false;
  const person =
    resident === undefined
      ? null
      : await collection(Resident).findOne({ _id: resident }, { projection: { language: 1, person: 1, phoneId: 1, linkedContacts: 1 } });
  const notice: Notice = {
    occasion: `objection|${_id.cycle}|${_id.number}`,
    community,
    ...answerOf(vault, contact, person),
    ...(resident && { resident }),
    language: person?.language,
    kind: 'answer',
    askedAt: objection.at,
    said: { key: 'notice.objectionAnswered', params: { number: _id.number, answer } },
  };
  await notify(notice, session);
  return true;
}

export type ObjectionEntered =
  | { readonly entered: number }
  /** `unknown`: there is no such number on the published list. `stage`: it is not the time for objections. `inquiry`: it is not there, or done already. */
  | { readonly refused: 'noCycle' | 'stage' | 'unknown' | 'text' | 'inquiry' };

/** What a cadre writes down of somebody who objects. */
export interface ObjectionGiven {
  /** 1 to 500 characters. */
  readonly text: string;
  readonly origin: Origin;
  /** The number on the list that it is about. */
  readonly about?: number;
  /** E.164. The answer is sent there. */
  readonly phone?: string;
  /** The number in the inbox of the inquiry that it is: it came as that did, the answer goes there, and the inquiry is done. */
  readonly inquiry?: number;
}

/**
 * Writes down an objection that came on paper, in person, in a meeting, by telephone, or as an inquiry. `key` is the form's own: a form that is sent twice is
 * written once. Rejects with `not-allowed` (`checkRight`).
 */
export function enterObjection(
  world: World,
): (form: { cycle: string; objection: ObjectionGiven; actor: Actor; key: string }) => Promise<ObjectionEntered> {
  return async ({ cycle: id, objection: { text: written, origin, about, phone, inquiry: inInbox }, actor, key: formKey }) => {
    const cycle = await findCycle(id);
    if (!cycle) return { refused: 'noCycle' };
    const { community } = cycle;
    const acting = checkRight(actor, 'enterObjection', community);
    const key = world.vault.hmac('act', formKey, 'enterObjection');
    const before = await collection(Objection).findOne({ key });
    if (before) return { entered: before._id.number };
    const text = cleanText(written);
    if (text === '' || [...text].length > LONGEST_OBJECTION) return { refused: 'text' };
    const publication = await publicationOf(id);
    if (!takesObjections(cycle, publication, world.now())) return { refused: 'stage' };
    const list = publication ? publishedList(world.vault, publication) : cycle.projects;
    if (about !== undefined && !list.some(({ number }) => number === about)) return { refused: 'unknown' };
    const inquiry = inInbox === undefined ? null : await findInquiry(community, inInbox);
    if (inInbox !== undefined && !inquiry) return { refused: 'inquiry' };
    const whose = inquiry ? whoWrote(world.vault, inquiry) : { origin, contact: phone === undefined ? undefined : phoneContact(phone) };
    return numbered(
      () => lastObjection(id),
      (number) =>
        withLog(world)(community, async (session, write): Promise<ObjectionEntered> => {
          const same = await collection(Objection).findOne({ key }, { session });
          if (same) return { entered: same._id.number };
          if (inquiry && !(await markDone(world, inquiry._id, actor, session))) return { refused: 'inquiry' };
          const given = { community, about, text, writtenBy: actor.name, at: world.now(), key, ...whose };
          const record = objectionOf(world.vault, { cycle: id, number }, given);
          await collection(Objection).insertOne(record, { session });
          const after = { origin: record.origin, about, text };
          await write({ ...acting, subject: `${id}/${number}`, detail: { after }, names: objectorOf(record), once: key });
          if (inquiry) {
            const closing = { ...checkRight(actor, 'closeInquiry', community), subject: `inbox/${inquiry._id.number}` };
            await write({ ...closing, detail: { after: { objection: number } }, names: authorOf(inquiry) });
          }
          return { entered: number };
        }),
    );
  };
}

/** The writer of an inquiry, and how it came. */
function whoWrote(
  vault: World['vault'],
  inquiry: NonNullable<Awaited<ReturnType<typeof findInquiry>>>,
): Pick<NewObjection, 'origin' | 'contact' | 'resident'> {
  const { channel, resident } = inquiry;
  const address = inquiryAddress(vault, inquiry);
  return { origin: channel, resident, ...(address !== undefined && { contact: { channel, address } }) };
}
