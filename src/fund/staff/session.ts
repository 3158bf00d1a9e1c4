import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { cleanText } from '../../store/text.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import { isSame, type Vault } from '../../store/vault.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { genuineStaff, Staff, type StaffMember, type StaffRecord } from './staff.ts';

/** A session ends so long after the sign-in, and after so long without a request. */
const LONGEST_MS = 12 * HOUR_MS;
const IDLE_MS = 2 * HOUR_MS;
/** `seenAt` is written no more often. */
const NOTED_MS = 60_000;
/** Characters that are kept of a device's description. */
const DEVICE = 120;

/** Nobody has shown a card yet; somebody has, and picks; their ballot is cast. */
const TABLET_STAGES = ['free', 'picking', 'cast'] as const;
export type TabletStage = (typeof TABLET_STAGES)[number];

/** Whoever writes into the database and has no SECRET cannot make a session that of another phone, or the tablet's that of its cadre: its device would not decrypt. */
function nameOf({ _id, phone, kiosk = '' }: mongo.Document): string {
  return [_id, phone, kiosk].join('|');
}

/** Somebody who signed in on a device. The token itself is kept nowhere. */
export const StaffSession = records(
  'staffsessions',
  {
    /** `vault.hmac('staffSession', token)`. */
    _id: String,
    /** `staffPhone(…)`. What they may do is looked up by it at each request. */
    phone: String,
    /** What the browser says of itself, encrypted for this session of this phone. */
    device: encrypted('staffDevice', nameOf),
    /** The slug of a community: the device is its hall's tablet, on which residents vote, and the session is good for nothing else. */
    kiosk: optional(String),
    /** Of a tablet: the number of the person who is at it, counted since it was opened, and how far they are. */
    turn: optional(Number),
    stage: optional(oneOf(TABLET_STAGES)),
    at: Date,
    seenAt: Date,
  },
  [index({ phone: 1 }), index({ at: 1 }), index({ seenAt: 1 })],
);
type StaffSessionRecord = RecordOf<typeof StaffSession>;

/** Begins a session of a phone (`staffPhone`) on a device, of a hall's tablet if `kiosk` is given; gives the token that the device is to show. */
export async function beginSession({ vault, now, randomBytes }: World, phone: string, device: string, kiosk?: Kiosk): Promise<string> {
  const random = newToken({ randomBytes });
  const token = random + markOf({ vault }, random);
  const _id = tokenHmac({ vault }, token);
  const at = now();
  const described = [...cleanText(device)].slice(0, DEVICE).join('');
  await collection(StaffSession).insertOne(
    {
      _id,
      phone,
      device: vault.encrypt('staffDevice', nameOf({ _id, phone, kiosk: kiosk?.community }), described),
      at,
      seenAt: at,
      ...(kiosk && { kiosk: kiosk.community, turn: 0, stage: 'free' }),
    },
    kiosk && { session: kiosk.session },
  );
  return token;
}

/** Whether a token has the mark of a session's, be that over or not. One that somebody made up is told by it without looking anything up. */
export function isSessionToken(world: Pick<World, 'vault'>, token: string): boolean {
  return isSame(token.slice(-MARK), markOf(world, token.slice(0, -MARK)));
}

/** Characters, of six bits each. */
const MARK = 11;

function markOf({ vault }: Pick<World, 'vault'>, random: string): string {
  return vault.hmac('sessionMark', random).slice(0, MARK);
}

interface Kiosk {
  /** The slug. */
  readonly community: string;
  readonly session: mongo.ClientSession;
}

/** Whose session a request belongs to. */
export interface SignedIn {
  /** The session's id, by which it can be ended. */
  readonly session: string;
  /** `staffPhone(…)`. */
  readonly phone: string;
  /** What they may be now, in whatever community; at least one role. */
  readonly roles: readonly StaffMember[];
}

/** Finds the session of a token; null if it is over, or its holder has no role any more. The session is used by it: it goes on. */
export async function signedIn(world: World, token: string): Promise<SignedIn | null> {
  return used(world, await sessionOf(world, token));
}

/** The session of a community's tablet, by its token, with the roles of the person who opened it; null as for `signedIn`. It is used by it. */
export async function kioskSession(world: World, token: string, community: string): Promise<(SignedIn & TabletTurn) | null> {
  const found = await sessionOf(world, token, community);
  const staff = await used(world, found);
  return staff && found && { ...staff, turn: found.turn ?? 0, stage: found.stage ?? 'free' };
}

/** Whose turn it is at a tablet, and how far it is. */
export interface TabletTurn {
  readonly turn: number;
  readonly stage: TabletStage;
}

async function used({ now }: World, found: Awaited<ReturnType<typeof sessionOf>>): Promise<SignedIn | null> {
  if (!found) return null;
  const { _id, seenAt, signedIn: staff } = found;
  const at = now();
  if (at.getTime() - seenAt.getTime() > NOTED_MS) await collection(StaffSession).updateOne({ _id }, { $set: { seenAt: at } });
  return staff;
}

/** Whose session a token is of, without using it: what only watches does not keep it. */
export async function stillSignedIn(world: World, token: string): Promise<SignedIn | null> {
  return (await sessionOf(world, token))?.signedIn ?? null;
}

/** With `kiosk` a tablet's session alone, else none of a tablet. */
async function sessionOf(
  world: World,
  token: string,
  kiosk?: string,
): Promise<(Pick<StaffSessionRecord, '_id' | 'seenAt' | 'turn' | 'stage'> & { signedIn: SignedIn }) | null> {
  if (!isSessionToken(world, token)) return null;
  const _id = tokenHmac(world, token);
  const session = await sessionById(world)(_id);
  const { at, seenAt } = goingOn(world.now());
  if (!session || session.kiosk !== kiosk || session.at <= at.$gt || session.seenAt <= seenAt.$gt) return null;
  const { phone, staff, turn, stage } = session;
  const roles = genuineStaff(world.vault, staff);
  if (roles.length === 0 || deviceOf(world.vault, session) === undefined) return null;
  return {
    _id,
    seenAt: session.seenAt,
    ...(turn !== undefined && { turn }),
    ...(stage && { stage }),
    signedIn: { session: _id, phone, roles },
  };
}

interface SessionFound extends Pick<StaffSessionRecord, '_id' | 'phone' | 'device' | 'kiosk' | 'turn' | 'stage' | 'at' | 'seenAt'> {
  readonly staff: readonly StaffRecord[];
}

/** A session with the roles of its holder as they are now, over or not. Both are asked for at every request; requests in flight share a command. */
const sessionById: (world: World) => (id: string) => Promise<SessionFound | null> = perWorld((world) => readersLookUps(world)(withRoles));

const withRoles: LookUp<SessionFound, SessionFound | null, StaffSessionRecord> = {
  model: StaffSession,
  pipeline: (ids) => [
    { $match: { _id: { $in: ids } } },
    { $project: { phone: 1, device: 1, kiosk: 1, turn: 1, stage: 1, at: 1, seenAt: 1 } },
    { $lookup: { from: Staff.collection.name, localField: 'phone', foreignField: 'phone', as: 'staff' } },
  ],
  results: (found, ids) => {
    const sessions = new Map(found.map((session) => [session._id, session]));
    return ids.map((id) => sessions.get(id) ?? null);
  },
};

/** What the browser said of itself; undefined if this session was changed past the service. */
function deviceOf(vault: Vault, session: Pick<StaffSessionRecord, '_id' | 'phone' | 'kiosk' | 'device'>): string | undefined {
  return textIfOurs(vault, 'staffDevice', nameOf(session), session.device);
}

/** A device on which somebody is signed in. */
export interface Device {
  readonly session: string;
  readonly device: string;
  /** It is a hall's tablet. */
  readonly isKiosk: boolean;
  readonly at: Date;
  readonly seenAt: Date;
}

/** The devices on which a phone (`staffPhone`) is signed in, the last used first. */
export async function devicesOf({ vault, now }: World, phone: string): Promise<Device[]> {
  const found = await collection(StaffSession)
    .find({ phone, ...goingOn(now()) }, { sort: { seenAt: -1 }, promoteBuffers: true })
    .toArray();
  const genuine = found.flatMap((session) => {
    const device = deviceOf(vault, session);
    return device === undefined ? [] : [{ ...session, device }];
  });
  return genuine.map(({ _id, device, kiosk, at, seenAt }) => ({
    ...{ session: _id, device, isKiosk: kiosk !== undefined, at, seenAt },
  }));
}

/** Ends one session of a phone (`staffPhone`), or all of them; gives how many it was. */
export async function endSessions(phone: string, session?: string): Promise<number> {
  const { deletedCount } = await collection(StaffSession).deleteMany({ phone, ...(session !== undefined && { _id: session }) });
  return deletedCount;
}

/** Ends the session of a token, if there is one. */
export async function endSession(world: World, token: string): Promise<void> {
  return void (await collection(StaffSession).deleteOne({ _id: tokenHmac(world, token) }));
}

/** Within this time a session has just begun. Milliseconds. */
export const JUST_BEGUN_MS = 10 * 60_000;

/**
 * Whether a session (its id) of a phone (`staffPhone`) began only just now: whoever uses it has proved a moment ago who they are. A session alone may be a
 * device that somebody left open, or a cookie that was taken.
 */
export async function hasJustBegun({ now }: Pick<World, 'now'>, { phone, session }: Pick<SignedIn, 'phone' | 'session'>): Promise<boolean> {
  const since = new Date(now().getTime() - JUST_BEGUN_MS);
  return (await collection(StaffSession).findOne({ _id: session, phone, at: { $gt: since } }, { projection: { _id: 1 } })) !== null;
}

/** Removes sessions that are over. */
export async function forgetSessions(now: Date): Promise<void> {
  const { at, seenAt } = goingOn(now);
  await collection(StaffSession).deleteMany({ $or: [{ at: { $lte: at.$gt } }, { seenAt: { $lte: seenAt.$gt } }] });
}

function goingOn(now: Date) {
  return { at: { $gt: new Date(now.getTime() - LONGEST_MS) }, seenAt: { $gt: new Date(now.getTime() - IDLE_MS) } };
}

/** 32 random bytes in base64url: nobody guesses it. */
export function newToken({ randomBytes }: Pick<World, 'randomBytes'>): string {
  return randomBytes(32).toString('base64url');
}

/** The HMAC that is kept of a token. */
export function tokenHmac({ vault }: Pick<World, 'vault'>, token: string): string {
  return vault.hmac('staffSession', token);
}
