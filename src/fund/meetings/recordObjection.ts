import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { Act } from '../../contacts/act.ts';
import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate, numbered } from '../../store/databaseErrors.ts';
import { numeral } from '../../store/numerals.ts';
import { cleanText } from '../../store/text.ts';
import { dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { act, choice, done, key, lines, number, phoneText, refuse, subject } from '../act/index.ts';
import { communityBySlug, findCommunity, phoneTyped } from '../communities/index.ts';
import { type CycleRecord, currentCycle, cycleAt } from '../cycles/index.ts';
import { authorOf, closeInquiry, findInquiry, inquiryAddress, markDone } from '../inquiries/index.ts';
import { answerOf, DAILY_WORK, holdersOf, Resident } from '../people/index.ts';
import { WRITTEN } from '../proposals/index.ts';
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
const MAX_OF_ONE = 10;
/** So many of people who are not on the roster are kept as such in a community on one day, because a sender can be forged, and each wants an answer. */
const STRANGERS = 50;
/** Once so many of these places are taken, each address gets one: so a few forged senders do not use up the day. */
const BEFORE_SLOWER = 25;

/**
 * Service: records an objection to the list that is published before the vote (docs/contract.md: Messages). A number at the beginning says what it is
 * about. Counts once under the act's key.
 */
export async function recordObjection(world: World, { text: written }: { text: string }, act: Act): Promise<Objected> {
  const holders = holdersOf(world);
  const communityOf = communityBySlug(world);
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
  if ((await collection(Objection).countDocuments({ '_id.cycle': cycle._id, from }, { limit: MAX_OF_ONE })) >= MAX_OF_ONE) return { passOn: true };
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

/** An objection, with others on the page of what is published. */
const objection = subject({
  path: '/publication/:cycle/objections/:number',
  find: (_, community, { cycle = '', number }, session) =>
    collection(Objection).findOne({ _id: { cycle, number: Number(number) }, community }, { ...(session && { session }) }),
  name: ({ _id }: ObjectionRecord) => `${_id.cycle}/${_id.number}`,
  isOneOfMany: true,
});

/** Answers an objection in writing, once; from now on both are public, and the answer goes to where the objection came from, if that is known (`notified`). */
export const answerObjection = act({
  name: 'objection.answer',
  may: DAILY_WORK,
  on: objection,
  input: z.strictObject({ text: lines(LONGEST_OBJECTION) }),
  refusals: { answered: null },
  async run({ world, notify, session, on, input: { text }, actor }) {
    if (on.answer) return refuse('answered');
    const answer = { text: encryptedObjectionAnswer(world.vault, on._id, text), by: actor.name, at: world.now() };
    await collection(Objection).updateOne({ _id: on._id }, { $set: { answer } }, { session });
    const notified = await tellObjector(world, notify, on, text, session);
    return done({ notified }, { after: { answer: text }, names: objectorOf(on) });
  },
});

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

/**
 * Writes down an objection that came on paper, in person, in a meeting, by telephone, or as an inquiry. `about`: the number on the list; `phone`: where the answer
 * is sent. `inquiry`: the number in the inbox of the inquiry that it is: it came as that did, the answer goes there, and the inquiry is done. `unknown`: there is no
 * such number on the published list. `stage`: it is not the time for objections. `inquiry`: it is not there, or done already.
 */
export const enterObjection = act({
  name: 'objection.enter',
  may: DAILY_WORK,
  on: cycleAt('/publication/:cycle'),
  input: z.strictObject({
    text: lines(LONGEST_OBJECTION),
    about: number().optional(),
    origin: choice(WRITTEN).optional(),
    phone: phoneText().optional(),
    inquiry: number().optional(),
    key: key(),
  }),
  refusals: { stage: null, unknown: 'about', inquiry: null, phoneWrong: 'phone', ownNumber: 'phone' },
  isNumbered: true,
  async run({ world, session, on, input, actor }) {
    const { _id: id, community } = on;
    const { text, about, origin = 'paper' } = input;
    const key = world.vault.hmac('act', id, input.key, 'enterObjection');
    const before = await collection(Objection).findOne({ key }, { session });
    if (before) return done({ entered: before._id.number });
    const publication = await publicationOf(id);
    if (!takesObjections(on, publication, world.now())) return refuse('stage');
    if (about !== undefined && !isListed(world, on, publication, about)) return refuse('unknown');
    const inquiry = input.inquiry === undefined ? null : await findInquiry(community, input.inquiry, session);
    if (input.inquiry !== undefined && !inquiry) return refuse('inquiry');
    const typed = inquiry || input.phone === undefined ? undefined : await phoneTyped(input.phone, (await findCommunity(community))?.phone, session);
    if (typed && 'refused' in typed) return typed;
    if (inquiry && !(await markDone(world, inquiry._id, actor, session))) return refuse('inquiry');
    const whose = inquiry ? whoWrote(world.vault, inquiry) : { origin, contact: typed && phoneContact(typed.number) };
    const entered = ((await lastObjection(id)) ?? 0) + 1;
    const given = { community, about, text, writtenBy: actor.name, at: world.now(), key, ...whose };
    const record = objectionOf(world.vault, { cycle: id, number: entered }, given);
    await collection(Objection).insertOne(record, { session });
    return done(
      { entered },
      { subject: `${id}/${entered}`, after: { origin: record.origin, about, text }, names: objectorOf(record) },
      inquiry ? [{ act: closeInquiry, subject: `inbox/${inquiry._id.number}`, after: { objection: entered }, names: authorOf(inquiry) }] : [],
    );
  },
});

/** The writer of an inquiry, and how it came. */
function whoWrote(
  vault: World['vault'],
  inquiry: NonNullable<Awaited<ReturnType<typeof findInquiry>>>,
): Pick<NewObjection, 'origin' | 'contact' | 'resident'> {
  const { channel, resident } = inquiry;
  const address = inquiryAddress(vault, inquiry);
  return { origin: channel, resident, ...(address !== undefined && { contact: { channel, address } }) };
}
