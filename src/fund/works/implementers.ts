import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { lookOf } from '../../store/lookalike.ts';
import { changeMarked, withMark } from '../../store/recordMark.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { act, choice, done, line, number, phoneText, refuse, subject } from '../act/index.ts';
import { findCommunity, phoneTyped } from '../communities/index.ts';
import { DAILY_WORK, IN_COUNCIL, plainName, type StaffRole, view } from '../people/index.ts';
import { rolesOf, staffPhone } from '../staff/index.ts';
import { Work } from './work.ts';

/** What an implementer is: a firm, a social organisation, a single person with a trade, or residents who do it themselves. */
export const IMPLEMENTER_KINDS = ['company', 'organisation', 'trader', 'residents'] as const;
export type ImplementerKind = (typeof IMPLEMENTER_KINDS)[number];

/** An organisation that may do works of a community. */
export const Implementer = records(
  'implementers',
  {
    /** `number` counts from 1 in a community. */
    _id: { community: String, number: Number },
    /** Its name; it is public once the implementer is chosen. */
    organisation: String,
    kind: oneOf(IMPLEMENTER_KINDS),
    /** The number under which it is registered, such as the unified social credit code. */
    registration: optional(String),
    /** `ImplementerContact`, encrypted as JSON. */
    contact: encrypted('implementerContact'),
    /** `staffPhone(…)`: an implementer who signs in with this phone sees its works. */
    phone: String,
    by: String,
    at: Date,
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [index({ '_id.community': 1, '_id.number': 1 }, { unique: true }), index({ '_id.community': 1, phone: 1 })],
);
export type ImplementerRecord = RecordOf<typeof Implementer>;

/** The person who answers for an implementer. */
export type ImplementerContact = z.output<typeof stored>;

const stored = z.strictObject({ person: z.string(), phone: z.string() });

export function encryptedContact(vault: Vault, _id: ImplementerRecord['_id'], contact: ImplementerContact): Buffer {
  return vault.encrypt('implementerContact', nameOf(_id), JSON.stringify(contact));
}

/** Who answers for an implementer, decrypted; nobody if that is of another one. */
export function contactOf(vault: Vault, { _id, contact }: Pick<ImplementerRecord, '_id' | 'contact'>): ImplementerContact {
  const kept = textIfOurs(vault, 'implementerContact', nameOf(_id), contact);
  return kept === undefined ? { person: '', phone: '' } : stored.parse(JSON.parse(kept));
}

function nameOf({ community, number }: ImplementerRecord['_id']): string {
  return `${community}|${number}`;
}

const LONGEST_NAME = 60;
const LONGEST_PERSON = 30;

/** The list of those who may do works of a community. */
const onList = subject({
  path: '/implementers',
  find: (_context, community, _at, session) => findCommunity(community, session),
  name: () => 'implementers',
});

const CONTACT = { person: line(LONGEST_PERSON), phone: phoneText() };

/** Adds somebody who may do works to a community's list; the same organisation with the same phone is there once. No two of them have names that look alike. */
export const addImplementer = act({
  name: 'implementer.add',
  may: DAILY_WORK,
  on: onList,
  input: z.strictObject({ organisation: line(LONGEST_NAME), kind: choice(IMPLEMENTER_KINDS), registration: line(30).optional(), ...CONTACT }),
  refusals: { registration: 'registration', phoneWrong: 'phone', ownNumber: 'phone', nameTaken: 'organisation' },
  async run({ world, session, on, input: { organisation, kind, registration, person, ...input }, actor }) {
    if (registration !== undefined && !/^[0-9A-Za-z-]+$/.test(registration)) return refuse('registration');
    const typed = await phoneTyped(input.phone, on.phone, session);
    if ('refused' in typed) return typed;
    const phone = typed.number;
    const hmac = staffPhone(world.vault, phone);
    const ofCommunity = { '_id.community': on._id };
    const others = await collection(Implementer)
      .find(ofCommunity, { session, sort: { '_id.number': -1 }, projection: { organisation: 1, phone: 1 } })
      .toArray();
    const alike = others.filter((other) => lookOf(plainName(other.organisation)) === lookOf(plainName(organisation)));
    const same = alike.find((other) => other.phone === hmac);
    if (same) return done({ added: same._id.number });
    if (alike.length > 0) return refuse('nameTaken');
    const _id = { community: on._id, number: (others[0]?._id.number ?? 0) + 1 };
    const about = { organisation, kind, ...(registration !== undefined && { registration }) };
    const contact = encryptedContact(world.vault, _id, { person, phone });
    const added: ImplementerRecord = { _id, ...about, contact, phone: hmac, by: actor.name, at: world.now() };
    await collection(Implementer).insertOne(withMark(world.vault, 'implementers', added), { session });
    return done({ added: _id.number }, { subject: `implementer/${_id.number}`, after: { ...about, name: person, phone } });
  },
});

/**
 * Changes who answers for an implementer, and their phone; the organisation that may have been chosen stays. Of one that was chosen a supervisor confirms another
 * phone: who signs in with it tells how the work goes, and it tells who may not decide on it.
 */
export const changeImplementer = act({
  name: 'implementer.change',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onList,
  input: z.strictObject({ implementer: number(), ...CONTACT }),
  refusals: { noImplementer: 'implementer', phoneWrong: 'phone', ownNumber: 'phone' },
  async run({ world, session, on, input: { implementer, person, ...input } }) {
    const typed = await phoneTyped(input.phone, on.phone, session);
    if ('refused' in typed) return typed;
    const phone = typed.number;
    const record = await findImplementer(on._id, implementer, session);
    if (!record) return refuse('noImplementer');
    const before = contactOf(world.vault, record);
    if (before.person === person && before.phone === phone) return done({ changed: implementer });
    const set = { contact: encryptedContact(world.vault, record._id, { person, phone }), phone: staffPhone(world.vault, phone) };
    await changeMarked(world.vault, Implementer, record, { $set: set }, session);
    const was = { name: before.person, phone: before.phone };
    const takesTwo = before.phone !== phone && (await isChosen(on._id, implementer, session));
    return done({ changed: implementer }, { subject: `implementer/${implementer}`, before: was, after: { name: person, phone }, takesTwo });
  },
});

/** Whether a work was given to an implementer. */
async function isChosen(community: string, implementer: number, session: mongo.ClientSession): Promise<boolean> {
  return (await collection(Work).findOne({ community, 'chosen.implementer': implementer }, { session, projection: { _id: 1 } })) !== null;
}

/** So many a community has at most on a page. */
const MAX_LISTED = 500;

/** An implementer as staff read it. */
export interface ImplementerRead extends ImplementerContact {
  readonly number: number;
  readonly organisation: string;
  readonly kind: ImplementerKind;
  readonly registration?: string;
}

/** The organisations that may do works of a community, the newest first, at most 500. */
export const readImplementers = view({
  name: 'implementer.list',
  may: IN_COUNCIL,
  query: async ({ world: { vault }, community }): Promise<ImplementerRead[]> => {
    const found = await forReaders(Implementer)
      .find({ '_id.community': community }, { sort: { '_id.number': -1 }, limit: MAX_LISTED, promoteBuffers: true })
      .toArray();
    return found.map((record) => {
      const { _id, organisation, kind, registration } = record;
      return { number: _id.number, organisation, kind, ...(registration && { registration }), ...contactOf(vault, record) };
    });
  },
});

/** The organisations of implementers, by their numbers. The name of a chosen implementer is public. */
export async function organisationsOf(community: string, numbers: readonly number[]): Promise<Map<number, string>> {
  const found = await forReaders(Implementer)
    .find({ '_id.community': community, '_id.number': { $in: [...numbers] } }, { projection: { organisation: 1 } })
    .toArray();
  return new Map(found.map(({ _id, organisation }) => [_id.number, organisation]));
}

export function findImplementer(community: string, number: number, session?: mongo.ClientSession): Promise<ImplementerRecord | null> {
  return collection(Implementer).findOne({ _id: { community, number } }, { promoteBuffers: true, ...(session && { session }) });
}

/** Whether an implementer has the phone of somebody who decides here: nobody may choose, accept or pay themselves. */
export async function decidesHere(world: World, community: string, number: number): Promise<boolean> {
  const roles = await rolesHere(world, community, number);
  return roles.includes('cadre') || roles.includes('supervisor');
}

/** Whether an implementer is one of the staff here as well, so that they sign in, and tell news from their own phone. */
export async function isStaffHere(world: World, community: string, number: number): Promise<boolean> {
  return (await rolesHere(world, community, number)).includes('implementer');
}

async function rolesHere(world: World, community: string, number: number): Promise<StaffRole[]> {
  const implementer = await findImplementer(community, number);
  const roles = implementer ? await rolesOf(world, implementer.phone) : [];
  return roles.filter((role) => role.community === community).map(({ role }) => role);
}
