import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { DAY_MS, HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { type Detail, type WriteLog, withLog } from '../log/index.ts';
import { type Actor, checkRight, type Holder } from '../people/index.ts';
import { allMarksOf, haveOneInCommon, staffActor, staffRole } from '../staff/index.ts';
import {
  ASKING,
  CONFIRMING,
  CONFIRMING_ANY,
  encryptedWaits,
  REFUSING,
  Second,
  type SecondRecord,
  type SecondRole,
  secondsOf,
  stateAt,
  waitsOf,
} from './second.ts';

/** So long an act waits for a second person. */
const WAITS_MS = 72 * HOUR_MS;

/** What is to be done: an act, with who confirms it, and what it is called with in the end. */
export interface Asking {
  readonly act: { readonly name: string; readonly may: readonly Holder[]; readonly confirmedBy: SecondRole };
  readonly payload: unknown;
  readonly community: string;
  readonly actor: Actor;
  /** What the act's own entry will bear. */
  readonly subject: string;
  readonly detail: Detail;
  readonly names?: readonly string[];
  /** What the act is done to, if the subject does not say it: such as the resident whose card it is. It is kept as an HMAC. */
  readonly about?: string;
}

/** The number under which an act waits. `already`: the same waits since an earlier time, and as it was asked then. */
export interface Waiting {
  readonly waits: number;
  readonly already?: true;
}

/**
 * Lets an act wait for a second person instead of doing it, and writes that into the log. The same act on the same subject waits only once. Everything that
 * would refuse the act was checked before. Rejects with `not-allowed` (`checkRight`).
 */
export async function askSecond(
  world: World,
  { act, community, actor, subject, detail, names = [], about = subject, payload }: Asking,
): Promise<Waiting> {
  checkRight(actor, act, community);
  const acting = checkRight(actor, ASKING, community);
  const first = await staffRole(world, actor.id);
  if (!first) throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
  const { name, confirmedBy: role } = act;
  const hmac = world.vault.hmac('second', community, name, about);
  const marks = await allMarksOf(world, community, first.member);
  return withLog(world, community, async (session, write): Promise<Waiting> => {
    const at = world.now();
    const same = await collection(Second).findOne({ '_id.community': community, about: hmac, state: 'waiting' }, { session });
    if (same && stateAt(same, at) === 'waiting') return { waits: same._id.number, already: true };
    if (same) await collection(Second).updateOne({ _id: same._id }, lapsing, { session });
    if (same) await write(lapsed(same));
    const last = await collection(Second).findOne(secondsOf(community), { session, sort: { _id: -1 }, projection: { _id: 1 } });
    const _id = { community, number: (last?._id.number ?? 0) + 1 };
    const asked = { id: actor.id, phone: first.phone, by: actor.name, at, marks };
    const record: SecondRecord = {
      ...{ _id, act: name, subject, about: hmac, role, asked, state: 'waiting', revision: 0 },
      what: encryptedWaits(world.vault, { _id, act: name, role, asked }, { payload, detail }),
      ...(names.length > 0 && { names: [...names] }),
      until: new Date(at.getTime() + WAITS_MS),
      toTell: at,
    };
    await collection(Second).insertOne(record, { session });
    const after = { act: name, subject, needs: role, until: record.until, ...asObject(detail.after) };
    await write({ ...acting, subject: `second/${_id.number}`, detail: { ...detail, after }, names });
    return { waits: _id.number };
  });
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** What becomes of every act that waits no more; who asked for one that lapsed is still to be told. */
const OVER = { $inc: { revision: 1 }, $unset: { 'asked.marks': 1, toTell: 1 } } as const;
const lapsing = { $set: { state: 'lapsed' as const }, $inc: { revision: 1 }, $unset: { 'asked.marks': 1 } } as const;

/** What the log says of an act for which no second person came in time. */
function lapsed({ _id: { community, number }, act, subject, asked }: SecondRecord) {
  const detail = { before: { act, subject, asked: asked.by } };
  return { community, by: 'Yisheng', role: 'service', act: 'second.lapse', subject: `second/${number}`, detail };
}

/** Notes in the log that acts have lapsed because no second person came in time, each once: those of a community, or all. */
export async function lapseSeconds(world: World, community?: string): Promise<void> {
  const due = await collection(Second)
    .find(
      { state: 'waiting', until: { $lte: world.now() }, ...(community !== undefined && { '_id.community': community }) },
      { projection: { what: 0 } },
    )
    .toArray();
  for (const record of due)
    await withLog(world, record._id.community, async (session, write) => {
      const { matchedCount } = await collection(Second).updateOne({ _id: record._id, state: 'waiting' }, lapsing, { session });
      if (matchedCount === 1) await write(lapsed(record));
    });
}

/** For how long the content of an act is kept after its time. The log has what became of it. */
const KEPT_MS = 30 * DAY_MS;

/** Forgets the content of acts that are long over. The record stays, so that no number is used twice. */
export async function forgetSeconds(now: Date): Promise<void> {
  await collection(Second).updateMany(
    { what: { $exists: true }, until: { $lte: new Date(now.getTime() - KEPT_MS) } },
    { $unset: { what: 1, names: 1 } },
  );
}

/** Drops the waiting acts that name one of these residents (`_id`s) or addresses (`addressHmac`). Nobody can confirm them any more. */
export async function dropSeconds(community: string, names: readonly string[]): Promise<void> {
  await collection(Second).updateMany({ '_id.community': community, names: { $in: [...names] } }, { $unset: { what: 1, names: 1 } });
}

export interface Deciding {
  readonly community: string;
  readonly number: number;
  readonly actor: Actor;
}

type Refusal =
  /** It was confirmed, refused or has lapsed meanwhile. */
  | 'decided'
  /** It is the first person, whatever the role: the same phone or name, or something else that both have in common (`allMarksOf`). */
  | 'samePerson'
  | 'wrongRole'
  /** The first person has no such role here any more. */
  | 'askerLeft';

export type Confirmation =
  | { readonly confirmed: true }
  | { readonly refused: 'noSecond' }
  | { readonly refused: Refusal }
  /**
   * The act is not possible any more, and nothing was done. `why`: what the act's function answered; `gone` if the act names a person who was
   * deleted; `nothing` if there was nothing to do.
   */
  | { readonly refused: 'notHeld'; readonly why: string };

/** Does an act that waited, with what waited, in the name of the first person. If its result has `refused`, it did nothing. */
export type Run = (payload: unknown, community: string, actor: Actor) => Promise<object>;

/** Whether somebody who signed in does an act, by its name, without a second person having confirmed it. */
export function isAlone(actor: Actor, act: string): boolean {
  return actor.kind === 'staff' && actor.confirmed?.act !== act;
}

/**
 * Confirms an act as its second person. The act's own function does it now, for the first person. The act, its entry with both names and the
 * confirmation are one transaction. So of two people who confirm at once only one does it, and a process that is killed leaves all of it or
 * nothing. Rejects with `not-allowed` (`checkRight`).
 */
export async function confirmSecond(
  world: World,
  runOf: (act: string) => Run | undefined,
  { community, number, actor }: Deciding,
): Promise<Confirmation> {
  checkRight(actor, CONFIRMING_ANY, community);
  const record = await stillWaiting(world, community, number);
  if ('refused' in record) return record;
  const { _id, act, asked } = record;
  const acting = checkRight(actor, record.role === 'any' ? CONFIRMING_ANY : CONFIRMING, community);
  const [first, second] = await Promise.all([staffRole(world, asked.id), staffRole(world, actor.id)]);
  if (!second || !staffActor(second.member, community)) throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
  const [known, marks] = await Promise.all([first && allMarksOf(world, community, first.member), allMarksOf(world, community, second.member)]);
  const isSame = second.phone === asked.phone || haveOneInCommon(marks, [...(known ?? []), ...(asked.marks ?? [])]);
  if (isSame) return { refused: 'samePerson' };
  if (actor.kind !== 'staff' || (record.role !== 'any' && actor.role !== record.role)) return { refused: 'wrongRole' };
  const { role } = actor;
  const asker = first && staffActor(first.member, community);
  if (asker?.kind !== 'staff') return { refused: 'askerLeft' };
  const waits = waitsOf(world.vault, record);
  if (!waits) return { refused: 'notHeld', why: 'gone' };

  const decided = { by: actor.name, role, at: world.now() };
  const deed = { ...acting, subject: `second/${number}`, detail: { after: { act, subject: record.subject, asked: asker.name } } };
  const confirmed = {
    ...{ act, by: actor.name, role },
    settle: async (session: mongo.ClientSession, write: WriteLog) => {
      if (await settled(_id, decided, session)) await write(deed);
    },
  };
  try {
    const run = runOf(act);
    if (!run) throw new CodedError('no-such-act', `Nothing here does ${act}: it waits since an earlier version; ask for it again.`);
    const outcome = await run(waits.payload, community, { ...asker, confirmed });
    if (!(await isWaiting(_id))) return 'refused' in outcome ? { refused: 'decided' } : { confirmed: true };
    return { refused: 'notHeld', why: 'refused' in outcome ? String(outcome.refused) : 'nothing' };
  } catch (error) {
    if (error instanceof CodedError && error.code === SETTLED) return { refused: 'decided' };
    throw error;
  }
}

const SETTLED = 'second-settled';

/**
 * Notes the confirmation in the act's transaction; gives false if this confirmation was noted before, as an act may have several entries. Throws
 * `second-settled`, which undoes the act, if somebody else was faster.
 */
async function settled(_id: SecondRecord['_id'], decided: Required<SecondRecord>['decided'], session: mongo.ClientSession): Promise<boolean> {
  const waiting = { _id, state: 'waiting' as const, until: { $gt: decided.at } };
  const { matchedCount } = await collection(Second).updateOne(waiting, { $set: { state: 'confirmed', decided }, ...OVER }, { session });
  if (matchedCount === 1) return true;
  const own = await collection(Second).findOne({ _id, state: 'confirmed', 'decided.by': decided.by, 'decided.at': decided.at }, { session });
  if (own) return false;
  throw new CodedError(SETTLED, 'Somebody else decided this in the same moment; look at it again.');
}

async function isWaiting(_id: SecondRecord['_id']): Promise<boolean> {
  return (await collection(Second).findOne({ _id, state: 'waiting' }, { projection: { _id: 1 } })) !== null;
}

/** The act under a number, if it still waits. If it has lapsed unnoticed, that is noted now. */
async function stillWaiting(world: World, community: string, number: number): Promise<SecondRecord | { readonly refused: 'noSecond' | 'decided' }> {
  const record = await collection(Second).findOne({ _id: { community, number } }, { promoteBuffers: true });
  if (!record) return { refused: 'noSecond' };
  const state = stateAt(record, world.now());
  if (state === 'lapsed') await lapseSeconds(world, community);
  return state === 'waiting' ? record : { refused: 'decided' };
}

export type SecondRefused = { readonly done: true } | { readonly refused: 'noSecond' | 'decided' | 'wrongRole' };

/** Refuses a waiting act, with a reason; the first person takes it back in the same way. It is never done then. Rejects with `not-allowed` (`checkRight`). */
export async function refuseSecond(
  world: World,
  { community, number, actor, reason }: Deciding & { readonly reason: string },
): Promise<SecondRefused> {
  const acting = checkRight(actor, REFUSING, community);
  const record = await stillWaiting(world, community, number);
  if ('refused' in record) return record;
  const { _id, role, asked, act, subject } = record;
  const own = await staffRole(world, actor.id);
  if (!own || actor.kind !== 'staff') throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
  const isSecond = role === 'any' || actor.role === role;
  if (!isSecond && own.phone !== asked.phone) return { refused: 'wrongRole' };
  return withLog(world, community, async (session, write): Promise<SecondRefused> => {
    const decided = { by: actor.name, role: actor.role, at: world.now(), reason };
    const { matchedCount } = await collection(Second).updateOne(
      { _id, state: 'waiting' },
      { $set: { state: 'refused', decided }, ...OVER },
      { session },
    );
    if (matchedCount === 0) return { refused: 'decided' };
    await write({
      ...acting,
      subject: `second/${number}`,
      detail: { before: { act, subject, asked: asked.by }, reason },
      names: record.names ?? [],
    });
    return { done: true };
  });
}
