import { model, Schema } from 'mongoose';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type ContactPoint, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { isSame } from '../../store/crypto.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { Community, firstCommunities } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, contactsOf, Resident, sixDigits } from '../people/index.ts';
import { beginSession, newToken, tokenHmac } from './session.ts';
import { ALL, namedIn, rolesOf, Staff, type StaffMember, staffMember, staffPhone } from './staff.ts';

const MINUTE_MS = 60_000;
const VALID_MS = 10 * MINUTE_MS;
const LINK_MS = 15 * MINUTE_MS;
/** The same digits are sent again so often while they are valid. */
const MOST_SENT = 3;
/** Wrong digits in an hour. */
const MOST_TRIES = 5;

/**
 * Six digits that were asked for with a phone number. The digits themselves are kept nowhere: they follow from the phone and the moment. There is such
 * a record of an unknown number as well, so that it hears the same in the same time.
 */
interface SignInRecord {
  /** `staffPhone(…)`. */
  _id: string;
  at: Date;
  sent: number;
  /** The wrong tries of the hour that began `since`. */
  tries: number;
  since: Date;
}

const signInSchema = new Schema<SignInRecord>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    sent: { type: Number, required: true },
    tries: { type: Number, required: true },
    since: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'signins' },
);
signInSchema.index({ at: 1 });

export const SignIn = model<SignInRecord>('SignIn', signInSchema);

/** A link that signs in whoever opens it, once. */
interface SignInLinkRecord {
  /** `tokenHmac(…)`. */
  _id: string;
  /** `staffPhone(…)`. */
  phone: string;
  until: Date;
}

const linkSchema = new Schema<SignInLinkRecord>(
  { _id: { type: String, required: true }, phone: { type: String, required: true }, until: { type: Date, required: true } },
  { strict: 'throw', versionKey: false, collection: 'signinlinks' },
);
linkSchema.index({ until: 1 });

export const SignInLink = model<SignInLinkRecord>('SignInLink', linkSchema);

/**
 * Sends six digits by SMS to a phone (E.164) that has a role somewhere, or to its holder's chat where the SMS is known not to arrive. It gives nothing
 * away: an unknown number gets no digits and hears the same.
 */
export function askSignIn(world: World, notify: Notify): (phone: string) => Promise<void> {
  return async (phone) => {
    const code = await nextCode(world, staffPhone(world.vault, phone));
    const [role] = await rolesOf(world, staffPhone(world.vault, phone));
    if (!code || !role) return;
    const community = await senderFor(role);
    if (!community) return;
    const { _id: slug, language } = community;
    await notify({
      community: slug,
      ...phoneContact(phone),
      next: await chatsOf(world, slug, phone),
      occasion: `signIn|${code._id}|${code.at.toISOString()}|${code.sent}`,
      language,
      kind: 'code',
      said: { key: 'notice.signInCode', params: { digits: digitsOf(world, code) } },
    });
  };
}

/** Notes that digits are sent once more, or draws new ones; gives null if these were sent often enough. */
async function nextCode({ now }: World, _id: string): Promise<SignInRecord | null> {
  const at = now();
  const old = new Date(at.getTime() - VALID_MS);
  const codes = collection(SignIn);
  const after = { returnDocument: 'after' as const };
  const again = await codes.findOneAndUpdate({ _id, at: { $gt: old }, sent: { $lt: MOST_SENT } }, { $inc: { sent: 1 } }, after);
  if (again) return again;
  try {
    return await codes.findOneAndUpdate(
      { _id, at: { $lte: old } },
      { $set: { at, sent: 1 }, $setOnInsert: { tries: 0, since: at } },
      { ...after, upsert: true },
    );
  } catch (error) {
    if (isDuplicate(error)) return null;
    throw error;
  }
}

/** The community whose number sends the digits. */
async function senderFor({ community }: StaffMember): Promise<{ _id: string; language: string } | null> {
  return community === ALL ? ((await firstCommunities(1))[0] ?? null) : collection(Community).findOne({ _id: community });
}

/** The chats of the one resident whose phone this is. */
async function chatsOf({ vault }: World, community: string, phone: string): Promise<ContactPoint[]> {
  const phoneId = addressHmac(vault, { community, ...phoneContact(phone) });
  const [holder, another] = await collection(Resident)
    .find({ community, phoneId, erasedAt: { $exists: false } }, { limit: 2, promoteBuffers: true })
    .toArray();
  return holder && !another ? contactsOf(vault, holder).filter(({ channel }) => CHANNELS[channel].isSenderProved) : [];
}

function digitsOf({ vault }: Pick<World, 'vault'>, { _id, at }: Pick<SignInRecord, '_id' | 'at'>): string {
  return sixDigits(vault.hmac('signIn', _id, at.toISOString()));
}

export type SignedInBy =
  /** The token of the session. */
  | { readonly token: string }
  /** `wrong`: these are not the digits, or they are too old. `enough`: five wrong ones came in the last hour. */
  | { readonly refused: 'wrong' | 'enough' };

/** Begins a session for whoever repeats the digits that were sent to a phone (E.164), once. `device`: what the browser says of itself. */
export function signInByDigits(world: World): (given: { phone: string; digits: string; device: string }) => Promise<SignedInBy> {
  return async ({ phone, digits, device }) => {
    const _id = staffPhone(world.vault, phone);
    const now = world.now();
    const hourAgo = new Date(now.getTime() - HOUR_MS);
    const isOver = { $lte: ['$since', hourAgo] };
    const code = await collection(SignIn).findOneAndUpdate(
      { _id, $or: [{ since: { $lte: hourAgo } }, { tries: { $lt: MOST_TRIES } }] },
      [{ $set: { tries: { $cond: [isOver, 1, { $add: ['$tries', 1] }] }, since: { $cond: [isOver, now, '$since'] } } }],
      { returnDocument: 'after' },
    );
    if (!code) return { refused: (await collection(SignIn).findOne({ _id })) ? 'enough' : 'wrong' };
    const isRight = isSame(digits, digitsOf(world, code)) && code.at.getTime() > now.getTime() - VALID_MS;
    if (!isRight || (await rolesOf(world, _id)).length === 0) return { refused: 'wrong' };
    const { deletedCount } = await collection(SignIn).deleteOne({ _id, at: code.at });
    return deletedCount === 1 ? { token: await beginSession(world, _id, device) } : { refused: 'wrong' };
  };
}

/**
 * Makes a link that signs in a member of a community's staff, once, within 15 minutes; gives its token, or null if the phone (E.164) has no role there.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function linkStaff(world: World): (community: string, phone: string, actor: Actor) => Promise<string | null> {
  return async (community, phone, actor) => {
    const acting = checkRight(actor, 'linkStaff', community);
    const whose = { phone: staffPhone(world.vault, phone), community: { $in: [community, ALL] } };
    const record = await collection(Staff).findOne(whose, { promoteBuffers: true });
    if (!record) return null;
    const token = newToken(world);
    const until = new Date(world.now().getTime() + LINK_MS);
    return withLog(world)(community, async (session, write) => {
      await collection(SignInLink).insertOne({ _id: tokenHmac(world, token), phone: record.phone, until }, { session });
      const { name, role } = staffMember(world.vault, record);
      await write({ ...acting, subject: `staff/${role}`, detail: { after: { name, until } }, names: namedIn(world.vault, community, { phone }) });
      return token;
    });
  };
}

/** Begins a session for whoever opens a link, given by its token; null if it was opened before, or is older than 15 minutes. */
export function signInByLink(world: World): (given: { token: string; device: string }) => Promise<string | null> {
  return async ({ token, device }) => {
    const link = await collection(SignInLink).findOneAndDelete({ _id: tokenHmac(world, token), until: { $gt: world.now() } });
    return link && beginSession(world, link.phone, device);
  };
}

/** Removes digits, links and counts of tries that are over. */
export async function forgetSignIns(now: Date): Promise<void> {
  const hourAgo = new Date(now.getTime() - HOUR_MS);
  await collection(SignIn).deleteMany({ at: { $lte: hourAgo }, since: { $lte: hourAgo } });
  await collection(SignInLink).deleteMany({ until: { $lte: now } });
}
