import type { mongo } from 'mongoose';
import { phone as phoneIn } from '../../contacts/phone.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { numbered } from '../../store/databaseErrors.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, checkView, type StaffRole } from '../people/index.ts';
import { rolesOf, staffPhone } from '../staff/index.ts';
import {
  contactOf,
  encryptedContact,
  IMPLEMENTER_KINDS,
  Implementer,
  type ImplementerContact,
  type ImplementerKind,
  type ImplementerRecord,
} from './implementer.ts';

const LONGEST_NAME = 60;
const LONGEST_PERSON = 30;

interface Given extends ImplementerContact {
  readonly organisation: string;
  readonly kind: string;
  readonly registration: string;
}

export type ImplementerAdded =
  | { readonly added: number }
  /** Which field is wrong. */
  | { readonly refused: 'organisation' | 'kind' | 'registration' | 'person' | 'phone' };

/**
 * Adds somebody who may do works to a community's list; the same organisation with the same phone is there once. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function addImplementer(world: World): (community: string, given: Given, actor: Actor) => Promise<ImplementerAdded> {
  return async (community, given, actor) => {
    const acting = checkRight(actor, 'addImplementer', community);
    const [organisation, registration] = [given.organisation, given.registration].map(cleanText);
    const kind = IMPLEMENTER_KINDS.find((each) => each === given.kind);
    const contact = await contactGiven(community, given);
    if (!organisation || [...organisation].length > LONGEST_NAME) return { refused: 'organisation' };
    if (!kind) return { refused: 'kind' };
    if (!/^[0-9A-Za-z-]{0,30}$/.test(registration ?? '')) return { refused: 'registration' };
    if ('refused' in contact) return contact;
    const { person, phone } = contact;
    const hmac = staffPhone(world.vault, phone);
    return numbered(
      () => lastImplementer(community),
      (number) =>
        withLog(world)(community, async (session, write): Promise<ImplementerAdded> => {
          const same = await collection(Implementer).findOne(
            { '_id.community': community, phone: hmac, organisation },
            { session, projection: { _id: 1 } },
          );
          if (same) return { added: same._id.number };
          const _id = { community, number };
          const about = { organisation, kind, ...(registration && { registration }) };
          const encrypted = encryptedContact(world.vault, _id, contact);
          await collection(Implementer).insertOne({ _id, ...about, contact: encrypted, phone: hmac, by: actor.name, at: world.now() }, { session });
          await write({ ...acting, subject: `implementer/${number}`, detail: { after: { ...about, name: person, phone } } });
          return { added: number };
        }),
    );
  };
}

async function contactGiven(community: string, given: ImplementerContact): Promise<ImplementerContact | { readonly refused: 'person' | 'phone' }> {
  const person = cleanText(given.person);
  const phone = phoneIn(given.phone, (await findCommunity(community))?.phone);
  if (person === '' || [...person].length > LONGEST_PERSON) return { refused: 'person' };
  return phone ? { person, phone } : { refused: 'phone' };
}

export type ImplementerChanged = { readonly changed: number } | { readonly refused: 'noImplementer' | 'person' | 'phone' };

/**
 * Changes who answers for an implementer, and their phone; the organisation that may have been chosen stays. Rejects with `not-allowed` (`checkRight`).
 */
export function changeImplementer(
  world: World,
): (community: string, given: ImplementerContact & { readonly number: number }, actor: Actor) => Promise<ImplementerChanged> {
  return async (community, { number, ...given }, actor) => {
    const acting = checkRight(actor, 'changeImplementer', community);
    const contact = await contactGiven(community, given);
    if ('refused' in contact) return contact;
    return withLog(world)(community, async (session, write): Promise<ImplementerChanged> => {
      const record = await findImplementer(community, number, session);
      if (!record) return { refused: 'noImplementer' };
      const { _id } = record;
      const before = contactOf(world.vault, record);
      if (before.person === contact.person && before.phone === contact.phone) return { changed: number };
      const set = { contact: encryptedContact(world.vault, _id, contact), phone: staffPhone(world.vault, contact.phone) };
      await collection(Implementer).updateOne({ _id }, { $set: set }, { session });
      const told = ({ person: name, phone }: ImplementerContact) => ({ name, phone });
      await write({ ...acting, subject: `implementer/${number}`, detail: { before: told(before), after: told(contact) } });
      return { changed: number };
    });
  };
}

async function lastImplementer(community: string): Promise<number | undefined> {
  const last = await collection(Implementer).findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } });
  return last?._id.number;
}

/** So many a community has at most on a page. */
const MOST = 500;

/** An implementer as staff read it. */
export interface ImplementerRead extends ImplementerContact {
  readonly number: number;
  readonly organisation: string;
  readonly kind: ImplementerKind;
  readonly registration?: string;
}

/** Who may do works of a community, the newest first, at most 500. Rejects with `not-allowed` (`checkView`). */
export function readImplementers({ vault }: World): (community: string, actor: Actor) => Promise<ImplementerRead[]> {
  return async (community, actor) => {
    checkView(actor, 'implementers', community);
    const found = await forReaders(Implementer)
      .find({ '_id.community': community }, { sort: { '_id.number': -1 }, limit: MOST, promoteBuffers: true })
      .toArray();
    return found.map((record) => {
      const { _id, organisation, kind, registration } = record;
      return { number: _id.number, organisation, kind, ...(registration && { registration }), ...contactOf(vault, record) };
    });
  };
}

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
