import { model, Schema } from 'mongoose';
import { z } from 'zod';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';
import type { Detail } from '../log/index.ts';
import { STAFF_ROLES, type StaffRole } from '../people/index.ts';
import { type SecondRole, WAITING_ACTS, type WaitingAct } from './waitingActs.ts';

export const SECOND_STATES = ['waiting', 'confirmed', 'refused', 'lapsed'] as const;
export type SecondState = (typeof SECOND_STATES)[number];

/** An act that waits, or waited, for a second person. It has changed nothing before it is `confirmed`. */
export interface SecondRecord {
  /** `number` counts from 1 in a community. */
  _id: { community: string; number: number };
  act: WaitingAct;
  /** What the log says that it is done to. */
  subject: string;
  /** `vault.hmac('second', act, …)` of what it is done to: while one waits, the same is not asked a second time. */
  about: string;
  /** `Waits`, encrypted as JSON; gone when a person whom it names is deleted. */
  what?: Buffer;
  /** Whom it names: `_id`s of residents and `addressHmac(…)`s. */
  names?: string[];
  /** The role of the second person. */
  role: SecondRole;
  /** The first person: the id of their role, whose phone it is (`staffPhone`), and their name. */
  asked: { id: string; phone: string; by: string; at: Date };
  until: Date;
  state: SecondState;
  /** Who confirmed or refused it; absent if it lapsed. */
  decided?: { by: string; role: StaffRole; at: Date; reason?: string };
  /** Counts the changes. */
  revision: number;
}

const schema = new Schema<SecondRecord>(
  {
    _id: {
      type: new Schema({ community: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }),
      required: true,
    },
    act: { type: String, enum: Object.keys(WAITING_ACTS), required: true },
    subject: { type: String, required: true },
    about: { type: String, required: true },
    what: encrypted('secondAct'),
    names: { type: [String], default: undefined },
    role: { type: String, enum: [...STAFF_ROLES, 'any'], required: true },
    asked: {
      type: {
        id: { type: String, required: true },
        phone: { type: String, required: true },
        by: { type: String, required: true },
        at: { type: Date, required: true },
      },
      required: true,
      _id: false,
    },
    until: { type: Date, required: true },
    state: { type: String, enum: SECOND_STATES, required: true },
    decided: {
      type: {
        by: { type: String, required: true },
        role: { type: String, enum: STAFF_ROLES, required: true },
        at: { type: Date, required: true },
        reason: String,
      },
      _id: false,
    },
    revision: { type: Number, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'seconds' },
);
schema.index({ '_id.community': 1, about: 1 }, { unique: true, partialFilterExpression: { state: 'waiting' } });
schema.index({ '_id.community': 1, state: 1, '_id.number': 1 });
schema.index({ '_id.community': 1, names: 1 }, { partialFilterExpression: { names: { $exists: true } } });
// finds those that lapse, and those whose content is forgotten
schema.index({ state: 1, until: 1 });
schema.index({ until: 1 }, { partialFilterExpression: { what: { $exists: true } } });

export const Second = model<SecondRecord>('Second', schema);

/** What waits: what the act's function is called with, and what the page and the log show of it. */
export interface Waits {
  readonly payload: unknown;
  readonly detail: Detail;
}

export function encryptedWaits(vault: Vault, _id: SecondRecord['_id'], waits: Waits): Buffer {
  return vault.encrypt('secondAct', nameOf(_id), JSON.stringify(waits));
}

/** What waits, decrypted; undefined if it named a person who was deleted. */
export function waitsOf(vault: Vault, { _id, what }: Pick<SecondRecord, '_id' | 'what'>): Waits | undefined {
  return what && stored.parse(JSON.parse(vault.decrypt('secondAct', nameOf(_id), what)));
}

const stored = z.object({
  payload: z.unknown(),
  detail: z.object({ before: z.unknown().optional(), after: z.unknown().optional(), reason: z.string().optional() }),
});

function nameOf({ community, number }: SecondRecord['_id']): string {
  return `${community}|${number}`;
}

/** A filter for the records of a community by number. */
export function secondsOf(community: string) {
  return { _id: { $gt: { community, number: 0 }, $lte: { community, number: Number.MAX_SAFE_INTEGER } } };
}

/** The state at a moment: what waited for too long has lapsed, also before that is written. */
export function stateAt({ state, until }: Pick<SecondRecord, 'state' | 'until'>, now: Date): SecondState {
  return state === 'waiting' && until <= now ? 'lapsed' : state;
}
