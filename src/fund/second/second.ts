import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { byId, type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { perWorld } from '../../store/world.ts';
import type { Detail } from '../log/index.ts';
import { type Holder, mayDo, type Right, SEES_PEOPLE, STAFF_ROLES, type StaffRole, view } from '../people/index.ts';
import { Staff, staffRole } from '../staff/index.ts';

/** The roles that may be the second person; `any`: another cadre, or a supervisor. */
export type SecondRole = StaffRole | 'any';

const SUPERVISOR: readonly Holder[] = ['staff supervisor'];
/** Not the operator: commands do not wait. */
export const ASKING = { name: 'second.ask', may: ['staff cadre'] } as const satisfies Right;
export const CONFIRMING = { name: 'second.confirm', may: SUPERVISOR } as const satisfies Right;
/** What another person of any of these roles may confirm. */
export const CONFIRMING_ANY = { name: 'second.confirm', may: [...SUPERVISOR, 'staff cadre'] } as const satisfies Right;
/** Who asked may take it back. */
export const REFUSING = { name: 'second.refuse', may: [...SUPERVISOR, 'staff cadre'] } as const satisfies Right;

const SECOND_STATES = ['waiting', 'confirmed', 'refused', 'lapsed'] as const;
type SecondState = (typeof SECOND_STATES)[number];

/** An act that waits, or waited, for a second person. It has changed nothing before it is `confirmed`. */
export const Second = records(
  'seconds',
  {
    /** `number` counts from 1 in a community. */
    _id: { community: String, number: Number },
    /** Its name. */
    act: String,
    /** What the log says that it is done to. */
    subject: String,
    /** `vault.hmac('second', community, act, …)` of what it is done to: while one waits, the same is not asked a second time. */
    about: String,
    /** `Waits`, encrypted as JSON; gone when a person whom it names is deleted. */
    what: optional(encrypted('secondAct', nameOf)),
    /** Whom it names: `_id`s of residents and `addressHmac(…)`s. */
    names: optional([String]),
    /** The role of the second person. */
    role: oneOf([...STAFF_ROLES, 'any']),
    /**
     * The first person: the id of their role, whose phone it is (`staffPhone`), and their name; while it waits also what was known of them then (`allMarksOf`), so
     * that nobody becomes somebody else meanwhile.
     */
    asked: { id: String, phone: String, by: String, at: Date, marks: optional([String]) },
    until: Date,
    /** When staff are told of it next (`tellSeconds`). */
    toTell: optional(Date),
    state: oneOf(SECOND_STATES),
    /** Who confirmed or refused it; absent if it lapsed. */
    decided: optional({ by: String, role: oneOf(STAFF_ROLES), at: Date, reason: optional(String) }),
    /** Counts the changes. */
    revision: Number,
  },
  [
    index({ '_id.community': 1, about: 1 }, { unique: true, partialFilterExpression: { state: 'waiting' } }),
    index({ '_id.community': 1, state: 1, '_id.number': 1 }),
    index({ '_id.community': 1, names: 1 }, { partialFilterExpression: { names: { $exists: true } } }),
    // finds those that lapse, and those whose content is forgotten
    index({ state: 1, until: 1 }),
    index({ toTell: 1 }, { partialFilterExpression: { toTell: { $exists: true } } }),
    index({ until: 1 }, { partialFilterExpression: { what: { $exists: true } } }),
  ],
);
export type SecondRecord = RecordOf<typeof Second>;

/** What waits: what the act's function is called with, and what the page and the log show of it. */
export interface Waits {
  readonly payload: unknown;
  readonly detail: Detail;
}

export function encryptedWaits(vault: Vault, record: Pick<SecondRecord, '_id' | 'act' | 'role' | 'asked'>, waits: Waits): Buffer {
  return vault.encrypt('secondAct', nameOf(record), JSON.stringify(waits));
}

/** What waits, decrypted; undefined if it named a person who was deleted, or was changed past the service. */
export function waitsOf(vault: Vault, record: Pick<SecondRecord, '_id' | 'act' | 'role' | 'asked' | 'what'>): Waits | undefined {
  const { what } = record;
  return what && unlessForged(() => stored.parse(JSON.parse(vault.decrypt('secondAct', nameOf(record), what))));
}

const stored = z.object({
  payload: z.unknown(),
  detail: z.object({ before: z.unknown().optional(), after: z.unknown().optional(), reason: z.string().optional() }),
});

/** Whoever writes into the database and has no SECRET cannot make it another act, or one that somebody else asked for, or may confirm. */
function nameOf({ _id: { community, number }, act, role, asked }: mongo.Document): string {
  return [community, number, act, role, asked.id, asked.phone].join('|');
}

/** A filter for the records of a community by number. */
export function secondsOf(community: string) {
  return { _id: { $gt: { community, number: 0 }, $lte: { community, number: Number.MAX_SAFE_INTEGER } } };
}

/** The state at a moment: what waited for too long has lapsed, also before that is written. */
export function stateAt({ state, until }: Pick<SecondRecord, 'state' | 'until'>, now: Date): SecondState {
  return state === 'waiting' && until <= now ? 'lapsed' : state;
}

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
 * A page of a community's acts that wait, the oldest first, or that are over, the newest first. `more`: others follow.
 */
export const readSeconds = view({
  name: 'second.list',
  may: SEES_PEOPLE,
  query: async (
    { world, community, actor },
    { state, after, limit }: SecondsWanted,
  ): Promise<{ readonly seconds: ListedSecond[]; readonly more: boolean }> => {
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
  },
});

/** One of them; null if there is none. */
export const readSecond = view({
  name: 'second.one',
  may: SEES_PEOPLE,
  query: async ({ world, community, actor }, number: number): Promise<ListedSecond | null> => {
    const record = await collection(Second).findOne({ _id: { community, number } }, { promoteBuffers: true });
    return record && listed(world.vault, record, world.now(), (await staffRole(world, actor.id))?.phone);
  },
});

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
 * How many acts wait for a second person: those that the reader may confirm, and the others.
 */
export const waitingSeconds = view({
  name: 'second.waiting',
  may: SEES_PEOPLE,
  query: async ({ world, community, actor }): Promise<{ readonly turn: Count; readonly others: Count }> => {
    const [waiting, own] = await Promise.all([waitingIn(world)(community), roleOf(world)(actor.id)]);
    const now = world.now();
    const found = waiting.filter(({ until }) => until > now);
    const isTurn = ({ role, asked }: SecondRecord) =>
      (role === 'any' ? mayDo(actor, CONFIRMING_ANY, community) : actor.role === role) && asked.phone !== own?.phone;
    return { turn: counted(found.filter(isTurn)), others: counted(found.filter((record) => !isTurn(record))) };
  },
});

const waitingIn = perWorld((world) => readersLookUps(world)(waitingByCommunity));
const roleOf = perWorld((world) => readersLookUps(world)(byId(Staff, { person: 0 })));

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
