import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { byId, type LookUp, readersLookUps } from '../../store/lookUps.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import type { Detail } from '../log/index.ts';
import { type Actor, checkView, mayDo } from '../people/index.ts';
import { Staff, staffRole } from '../staff/index.ts';
import { Second, type SecondRecord, type SecondState, secondsOf, stateAt, waitsOf } from './second.ts';

/** An act that waits, or waited, for a second person, as staff read it. */
export interface ListedSecond extends Pick<SecondRecord, 'act' | 'subject' | 'role' | 'until' | 'decided' | 'revision'> {
  readonly number: number;
  /** That of this moment. */
  readonly state: SecondState;
  readonly asked: { readonly by: string; readonly at: Date };
  /** What it is about, as the log has it; absent if a person was deleted whom it names, and some weeks later. */
  readonly detail?: Detail | undefined;
  /** Whether who reads is the one who asked, in whatever role. */
  readonly isOwn: boolean;
}

export interface SecondsWanted {
  readonly state: 'waiting' | 'over';
  /** The page that follows this number. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/**
 * A page of a community's acts that wait, the oldest first, or that are over, the newest first. `more`: others follow. Rejects with `not-allowed`
 * (`checkView`).
 */
export function readSeconds(
  world: World,
): (community: string, wanted: SecondsWanted, actor: Actor) => Promise<{ readonly seconds: ListedSecond[]; readonly more: boolean }> {
  return async (community, { state, after, limit }, actor) => {
    checkView(actor, 'second', community);
    const now = world.now();
    const isWaiting = state === 'waiting';
    const which = isWaiting
      ? { state: 'waiting' as const, until: { $gt: now } }
      : { $or: [{ state: { $ne: 'waiting' as const } }, { until: { $lte: now } }] };
    const place = after === undefined ? {} : { '_id.number': isWaiting ? { $gt: after } : { $lt: after } };
    const found = await forReaders(Second)
      .find({ ...secondsOf(community), ...which, ...place }, { sort: { _id: isWaiting ? 1 : -1 }, limit: limit + 1, promoteBuffers: true })
      .toArray();
    const own = await staffRole(world, actor.id);
    return { seconds: found.slice(0, limit).map((record) => listed(world.vault, record, now, own?.phone)), more: found.length > limit };
  };
}

/** One of them; null if there is none. Rejects with `not-allowed` (`checkView`). */
export function readSecond(world: World): (community: string, number: number, actor: Actor) => Promise<ListedSecond | null> {
  return async (community, number, actor) => {
    checkView(actor, 'second', community);
    const record = await collection(Second).findOne({ _id: { community, number } }, { promoteBuffers: true });
    return record && listed(world.vault, record, world.now(), (await staffRole(world, actor.id))?.phone);
  };
}

function listed(vault: Vault, record: SecondRecord, now: Date, phone: string | undefined): ListedSecond {
  const { _id, act, subject, role, until, decided, revision, asked } = record;
  return {
    ...{ number: _id.number, act, subject, role, until, revision, state: stateAt(record, now), asked: { by: asked.by, at: asked.at } },
    ...(decided && { decided }),
    detail: waitsOf(vault, record)?.detail,
    isOwn: asked.phone === phone,
  };
}

interface Count {
  readonly count: number;
  /** The number of the only one. */
  readonly only?: number;
  /** When the first of them was asked. */
  readonly since?: Date;
}

/**
 * How many acts wait for a second person: those that the reader may confirm, and the others. Rejects with `not-allowed` (`checkView`).
 */
export function waitingSeconds(world: World): (community: string, actor: Actor) => Promise<{ readonly turn: Count; readonly others: Count }> {
  const waitingIn = readersLookUps(world)(waitingByCommunity);
  const roleOf = readersLookUps(world)(byId(Staff, { person: 0 }));
  return async (community, actor) => {
    checkView(actor, 'second', community);
    const [waiting, own] = await Promise.all([waitingIn(community), roleOf(actor.id)]);
    const now = world.now();
    const found = waiting.filter(({ until }) => until > now);
    const isTurn = ({ role, asked }: SecondRecord) =>
      (role === 'any' ? mayDo(actor, 'confirmAny', community) : actor.role === role) && asked.phone !== own?.phone;
    return { turn: counted(found.filter(isTurn)), others: counted(found.filter((record) => !isTurn(record))) };
  };
}

/** Acts whose time is over are included until they are noted as lapsed. */
const waitingByCommunity: LookUp<SecondRecord, readonly SecondRecord[]> = {
  model: Second,
  pipeline: (communities) => [
    { $match: { '_id.community': { $in: communities }, state: 'waiting' } },
    { $sort: { '_id.number': 1 } },
    { $project: { role: 1, asked: 1, until: 1 } },
  ],
  results: (found, communities) => communities.map((community) => found.filter(({ _id }) => _id.community === community)),
};

function counted(some: readonly SecondRecord[]): Count {
  const [first, another] = some;
  return { count: some.length, ...(first && { since: first.asked.at, ...(!another && { only: first._id.number }) }) };
}
