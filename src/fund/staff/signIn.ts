import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { index, type RecordOf, records } from '../../store/records.ts';
import { isSame } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { sixDigits, twelveDigits } from '../people/index.ts';
import { endPasskeys, hasPasskey } from './passkey.ts';
import { reachStaff } from './reachStaff.ts';
import { beginSession, newToken, tokenHmac } from './session.ts';
import { ALL, rolesOf, Staff, type StaffMember, staffMember, staffPhone } from './staff.ts';

const MINUTE_MS = 60_000;
const VALID_MS = 10 * MINUTE_MS;
const LINK_MS = 15 * MINUTE_MS;
/** The same digits are sent again so often while they are valid. */
const MOST_SENT = 3;
/** So many wrong tries a day are taken of six digits, whoever makes them. Then twelve are sent, which nobody guesses: those may always be tried. */
const MOST_TRIES = 5;
/** Once so many numbers were given in a day, nothing more is noted of unknown ones, and nobody hears `enough`, so that this tells nothing of a number. */
const MOST_NUMBERS = 100_000;

/**
 * Digits that were asked for with a phone number. The digits themselves are kept nowhere: they follow from the phone and the moment. There is such a
 * record of an unknown number as well, so that it hears the same.
 */
export const SignIn = records(
  'signins',
  {
    /** `staffPhone(…)`. */
    _id: String,
    /** When they were drawn; long ago, once they were used. */
    at: Date,
    sent: Number,
    /** Twelve digits, not six. */
    isLong: Boolean,
    /** The wrong tries of the day that began `since`. */
    tries: Number,
    since: Date,
  },
  [index({ at: 1 })],
);
type SignInRecord = RecordOf<typeof SignIn>;

/** A link that signs in whoever opens it, once. */
export const SignInLink = records(
  'signinlinks',
  {
    /** `tokenHmac(…)`. */
    _id: String,
    /** `staffPhone(…)`. */
    phone: String,
    until: Date,
  },
  [index({ until: 1 })],
);

/**
 * Sends digits to a phone (E.164) that has a role somewhere (`reachStaff`). It gives nothing away: an unknown number gets no digits and hears the same, and
 * so does who has a passkey and signs in by that. How long it takes says whether the number is known: nobody may be kept waiting for it.
 */
export async function askSignIn(world: World, notify: Notify, phone: string, most = MOST_NUMBERS): Promise<void> {
  const [role] = await rolesOf(world, staffPhone(world.vault, phone));
  if (!role && (await areMany(most))) return;
  const code = await nextCode(world, staffPhone(world.vault, phone));
  if (!code || !role || (await hasPasskey(code._id))) return;
  const reach = await reachStaff(world, role);
  if (!reach) return;
  await notify({
    ...reach,
    occasion: `signIn|${code._id}|${code.at.toISOString()}|${code.sent}`,
    kind: 'code',
    said: { key: 'notice.signInCode', params: { digits: digitsOf(world, code) } },
  });
}

async function areMany(most: number): Promise<boolean> {
  return (await collection(SignIn).estimatedDocumentCount()) >= most;
}

/** Notes that digits are sent once more, or draws new ones; gives null if these were sent often enough. */
async function nextCode({ now }: World, _id: string): Promise<SignInRecord | null> {
  const at = now();
  const old = new Date(at.getTime() - VALID_MS);
  const dayAgo = new Date(at.getTime() - DAY_MS);
  const codes = collection(SignIn);
  const after = { returnDocument: 'after' as const };
  const areTriedOut = { isLong: false, tries: { $gte: MOST_TRIES }, since: { $gt: dayAgo } };
  const again = await codes.findOneAndUpdate({ _id, at: { $gt: old }, sent: { $lt: MOST_SENT }, $nor: [areTriedOut] }, { $inc: { sent: 1 } }, after);
  if (again) return again;
  const isTriedOut = { $and: [{ $gte: ['$tries', MOST_TRIES] }, { $gt: ['$since', dayAgo] }] };
  const drawn = { at, sent: 1, isLong: isTriedOut, tries: { $ifNull: ['$tries', 0] }, since: { $ifNull: ['$since', at] } };
  try {
    return await codes.findOneAndUpdate({ _id, $or: [{ at: { $lte: old } }, areTriedOut] }, [{ $set: drawn }], { ...after, upsert: true });
  } catch (error) {
    if (isDuplicate(error)) return null;
    throw error;
  }
}

function digitsOf({ vault }: Pick<World, 'vault'>, { _id, at, isLong }: Pick<SignInRecord, '_id' | 'at' | 'isLong'>): string {
  const hmac = vault.hmac('signIn', _id, at.toISOString());
  return isLong ? twelveDigits(hmac) : sixDigits(hmac);
}

export type SignedInBy =
  /** The token of the session. */
  | { readonly token: string }
  /** `wrong`: these are not the digits, or they are too old. `enough`: five wrong ones came in the last day; the next that are sent are twelve. */
  | { readonly refused: 'wrong' | 'enough' };

/**
 * Begins a session for a person who repeats the digits that were sent to a phone (E.164), once; not for a person who has a passkey. `device`: what the browser says
 * of itself.
 */
export async function signInByDigits(
  world: World,
  { phone, digits, device }: { phone: string; digits: string; device: string },
  most = MOST_NUMBERS,
): Promise<SignedInBy> {
  const _id = staffPhone(world.vault, phone);
  const now = world.now();
  const isOver = { $lte: ['$since', new Date(now.getTime() - DAY_MS)] };
  const code = await collection(SignIn).findOneAndUpdate(
    { _id },
    [{ $set: { tries: { $cond: [isOver, 1, { $add: ['$tries', 1] }] }, since: { $cond: [isOver, now, '$since'] } } }],
    { returnDocument: 'after' },
  );
  if (!code) return { refused: 'wrong' };
  if (!code.isLong && code.tries > MOST_TRIES) return { refused: (await areMany(most)) ? 'wrong' : 'enough' };
  const isRight = isSame(digits, digitsOf(world, code)) && code.at.getTime() > now.getTime() - VALID_MS;
  if (!isRight || (await rolesOf(world, _id)).length === 0 || (await hasPasskey(_id))) return { refused: 'wrong' };
  const { matchedCount } = await collection(SignIn).updateOne({ _id, at: code.at }, { $set: { at: new Date(0) }, $inc: { tries: -1 } });
  return matchedCount === 1 ? { token: await beginSession(world, _id, device) } : { refused: 'wrong' };
}

export type Linked =
  /** The token of the link, until when it is good, and how many passkeys ended. */
  | { readonly token: string; readonly until: Date; readonly passkeysEnded: number; readonly member: StaffMember }
  /** `noRole`: the phone has none here. `hasPasskey`: its holder signs in by that alone. */
  | { readonly refused: 'noRole' | 'hasPasskey' };

/**
 * Makes a link, in a transaction, that signs in a member of a community's staff (`phone`: E.164), once, within 15 minutes. Who has a passkey signs in by it
 * alone: only if they lost it, which ends all of theirs, there is a link for them. An act calls it.
 */
export async function linkFor(world: World, community: string, phone: string, isLost: boolean, session: mongo.ClientSession): Promise<Linked> {
  const whose = { phone: staffPhone(world.vault, phone), community: { $in: [community, ALL] } };
  const record = await collection(Staff).findOne(whose, { session, promoteBuffers: true });
  if (!record) return { refused: 'noRole' };
  if (!isLost && (await hasPasskey(record.phone))) return { refused: 'hasPasskey' };
  const token = newToken(world);
  const until = new Date(world.now().getTime() + LINK_MS);
  const passkeysEnded = isLost ? await endPasskeys([record.phone], session) : 0;
  await collection(SignInLink).insertOne({ _id: tokenHmac(world, token), phone: record.phone, until }, { session });
  return { token, until, passkeysEnded, member: staffMember(world.vault, record) };
}

/**
 * Begins a session for a person who opens a link, given by its token; null if it was opened before, or is older than 15 minutes, or they have added a passkey
 * since.
 */
export async function signInByLink(world: World, { token, device }: { token: string; device: string }): Promise<string | null> {
  const link = await collection(SignInLink).findOneAndDelete({ _id: tokenHmac(world, token), until: { $gt: world.now() } });
  return link && !(await hasPasskey(link.phone)) ? beginSession(world, link.phone, device) : null;
}

/** Removes digits, links and counts of tries that are over. */
export async function forgetSignIns(now: Date): Promise<void> {
  const dayAgo = new Date(now.getTime() - DAY_MS);
  await collection(SignIn).deleteMany({ at: { $lte: dayAgo }, since: { $lte: dayAgo } });
  await collection(SignInLink).deleteMany({ until: { $lte: now } });
}
