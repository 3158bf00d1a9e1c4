import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate, numbered } from '../../store/databaseErrors.ts';
import { numeral } from '../../store/numerals.ts';
import { cleanText } from '../../store/text.ts';
import { dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { communityBySlug } from '../communities/index.ts';
import { type CycleRecord, currentCycle, findCycle } from '../cycles/index.ts';
import { authorOf, closeInquiry, findInquiry, inquiryAddress, markDone } from '../inquiries/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, answerOf, checkRight, holdersOf, Resident } from '../people/index.ts';
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
import { type PublicationRecord, publicationOf, publishedList, takesObjections } from './publication.ts';

export type Objected =
  | { readonly number: number; readonly text: string; readonly due: string }
  /** There is no such number on the list. */
  | { readonly unknown: number }
  /** It says only a number, or nothing. */
  | { readonly empty: true }
  /** It is not the time for objections, or there are very many: it is a question to a person like any other. */
  | { readonly passOn: true };

/** So many objections of one person are kept in a cycle as such. */
const MOST = 10;
/** So many of people who are not on the roster are kept as such in a community on one day, because a sender can be forged, and each wants an answer. */
const STRANGERS = 50;
/** Once so many of these places are taken, each address gets one: so a few forged senders do not use up the day. */
const BEFORE_SLOWER = 25;

/**
 * Service: records an objection to the list that is published before the vote (docs/contract.md: Messages). A number at the beginning says what it is
 * about. Counts once under the act's key.
 */
export function recordObjection(world: World): (input: { text: string }, act: Act) => Promise<Objected> {
  const holders = holdersOf(world);
  const communityOf = communityBySlug(world);
  return async ({ text: written }, act) => {
    const { community, channel, address, resident, at } = act;
    const key = world.vault.hmac('act', act.key, 'objection');
    const cycle = await currentCycle(world)(community, at);
    const publication = cycle && (await publicationOf(cycle._id));
    if (!cycle || !takesObjections(cycle, publication, at)) return { passOn: true };
    const { about, text } = aboutIn(cut(written));
    if (text === '') return { empty: true };
    if (about !== undefined && !isListed(world, cycle, publication, about)) return { unknown: about };
    const before = await collection(Objection).findOne({ key });
    if (before) return { number: before._id.number, text, due: before.due.toISOString() };
    const from = addressHmac(world.vault, act);
    if ((await collection(Objection).countDocuments({ '_id.cycle': cycle._id, from }, { limit: MOST })) >= MOST) return { passOn: true };
    const isKnown = resident !== undefined || (await holders(act)).holders.length > 0;
    const day = dayOf(at, (await communityOf(community))?.timezone ?? 'UTC');
    act.beginWrite();
    return numbered(
      () => lastObjection(cycle._id),
      async (number): Promise<Objected> => {
        const strangerSlot = isKnown ? undefined : await freeSlot(`${community}|${day}`, from);
        if (!isKnown && strangerSlot === undefined) return { passOn: true };
        const contact = { channel, address };
        const given = { community, origin: channel, about, text, contact, resident, strangerSlot, at, key };
        const objection = objectionOf(world.vault, { cycle: cycle._id, number }, given);
        try {
          await collection(Objection).insertOne(objection);
          return { number, text, due: objection.due.toISOString() };
        } catch (error) {
          const mine = isDuplicate(error) && (await collection(Objection).findOne({ key }));
          if (mine) return { number: mine._id.number, text, due: mine.due.toISOString() };
          throw error;
        }
      },
    );
  };
}

/** The first of `name|1` … `name|50` that no objection has, which a unique index keeps from being taken twice; undefined if there is none for this address. */
async function freeSlot(name: string, from: string): Promise<string | undefined> {
  const slots = Array.from({ length: STRANGERS }, (_, index) => `${name}|${index + 1}`);
  const found = await collection(Objection)
    .find({ strangerSlot: { $in: slots } }, { projection: { strangerSlot: 1, from: 1 } })
    .toArray();
  if (found.length >= BEFORE_SLOWER && found.some((objection) => objection.from === from)) return undefined;
  const taken = new Set(found.map(({ strangerSlot }) => strangerSlot));
  return slots.find((slot) => !taken.has(slot));
}

function cut(text: string): string {
  return [...cleanText(text)].slice(0, LONGEST_OBJECTION).join('');
}

/** A number with what stands around it, but not a place: 三号院. */
const NUMBER =
  /^(?:项目|no\.?|project)?\s*(?:([0-9０-９]{1,4})(?:\s*号(?![院楼门栋单线])|[\s,，:：、;；]+|$)|([一二三四五六七八九])号(?![院楼门栋单线]))(?:项目)?[\s,，:：、;；]*/iu;

/** The number at the beginning of an objection, and what is said about it. */
export function aboutIn(written: string): { readonly about?: number; readonly text: string } {
  const found = NUMBER.exec(written);
  if (!found) return { text: written };
  const [whole, digits, word = ''] = found;
  return { about: numeral(word) ?? Number(digits?.normalize('NFKC')), text: written.slice(whole.length) };
}

/** Whether a number is on the list: of the publication, or of the projects while nothing is published. */
function isListed({ vault }: World, { projects }: CycleRecord, publication: PublicationRecord | null, number: number): boolean {
  const list = publication ? publishedList(vault, publication) : projects;
  return list.some((item) => item.number === number);
}

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
      : await collection(Resident).findOne({ community, _id: resident }, { projection: { language: 1, person: 1, phoneId: 1, linkedContacts: 1 } });
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
    const key = world.vault.hmac('act', id, formKey, 'enterObjection');
    const before = await collection(Objection).findOne({ key });
    if (before) return { entered: before._id.number };
    const text = cleanText(written);
    if (text === '' || [...text].length > LONGEST_OBJECTION) return { refused: 'text' };
    const publication = await publicationOf(id);
    if (!takesObjections(cycle, publication, world.now())) return { refused: 'stage' };
    if (about !== undefined && !isListed(world, cycle, publication, about)) return { refused: 'unknown' };
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
          await write({ ...acting, subject: `${id}/${number}`, detail: { after }, names: objectorOf(record) });
          if (inquiry) {
            const closing = { ...checkRight(actor, closeInquiry, community), subject: `inbox/${inquiry._id.number}` };
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
