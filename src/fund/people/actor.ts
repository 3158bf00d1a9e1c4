import { CodedError } from '../../store/codedError.ts';
import type { Acting, Confirmed } from '../log/index.ts';
import type { ROLES } from './residentFields.ts';

/**
 * The offices of those who run a cycle. They need not live there: they are no residents. An `office` is a street or district office, which reads and
 * changes nothing.
 */
export const STAFF_ROLES = ['cadre', 'council', 'supervisor', 'helper', 'implementer', 'office'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/** A person who changes something of a community. What they did is recorded under `name`. */
export type Actor =
  /** A person with a shell on the server; may act in every community. */
  | { readonly kind: 'operator'; readonly id: string; readonly name: string; readonly role: 'operator' }
  /** A person who signed in. `community` is the slug of the community in which the role holds. */
  | {
      readonly kind: 'staff';
      readonly id: string;
      readonly name: string;
      readonly role: StaffRole;
      readonly community: string;
      /** The second person who confirmed that this one does `act`; only the room `second` gives it. */
      readonly confirmed?: Confirmed & { readonly act: string };
    }
  /** A person on the roster who writes from their phone or chat. */
  | { readonly kind: 'resident'; readonly id: string; readonly name: string; readonly role: (typeof ROLES)[number]; readonly community: string };

/** The person who runs a command, under the name that they give. */
export function operator(name: string): Actor {
  return { kind: 'operator', id: 'operator', name, role: 'operator' };
}

/** Who may do an act: a person with a shell on the server, or in which office somebody may. */
export type Holder = 'operator' | `staff ${StaffRole}` | `resident ${(typeof ROLES)[number]}`;

export const DAILY_WORK: readonly Holder[] = ['operator', 'staff cadre'];
export const BY_MESSAGE_TOO: readonly Holder[] = [...DAILY_WORK, 'resident cadre'];
/** Who works at a table. */
export const AT_TABLE: readonly Holder[] = [...DAILY_WORK, 'staff helper'];
/** Who may key slips and accept what was keyed. */
export const KEYING: readonly Holder[] = [...DAILY_WORK, 'staff council', 'staff supervisor'];
export const ON_THE_SERVER: readonly Holder[] = ['operator'];

/** Who reads of single residents: the roster, what they wrote, what became of it. */
export const SEES_PEOPLE: readonly Holder[] = ['operator', 'staff cadre', 'staff supervisor'];
/** Who reads what tells of nobody. */
export const OVERSEES: readonly Holder[] = [...SEES_PEOPLE, 'staff office'];
/** Who reads how the cycle goes: its stages, its proposals, its money, how much waits. */
export const SEES_NUMBERS: readonly Holder[] = [...OVERSEES, 'staff council'];
/** Who reads what the council works with. */
export const IN_COUNCIL: readonly Holder[] = [...SEES_PEOPLE, 'staff council'];
/** Who reads what happens at a table. */
export const SEES_TABLES: readonly Holder[] = [...SEES_PEOPLE, 'staff helper'];
/** Who reads what becomes of the winners; an implementer reads only their own. */
export const SEES_WORKS: readonly Holder[] = [...SEES_NUMBERS, 'staff implementer'];

/**
 * Throws `not-allowed` unless the actor may do this act in the community (given by its slug). Gives what the log is to say of the person who acts and what they
 * do.
 */
export function checkRight(actor: Actor, { name, may }: Right, community: string): Acting {
  if (!holds(actor, may, community))
    throw new CodedError('not-allowed', 'You may not do this in this community; ask one of its cadres, or whoever runs the service.');
  const confirmed = actor.kind === 'staff' && actor.confirmed?.act === name ? { confirmed: actor.confirmed } : {};
  return { community, by: actor.name, role: actor.role, act: name, ...confirmed };
}

/** Whether the actor may do or read this. */
export function mayDo(actor: Actor, { may }: Pick<Right, 'may'>, community: string): boolean {
  return holds(actor, may, community);
}

/** What somebody wants to do or to read, and who may: an act (src/fund/act), a view (`view.ts`), or what is none by itself. `name`: of an act, in the log. */
export interface Right {
  readonly name: string;
  readonly may: readonly Holder[];
}

function holds(actor: Actor, may: readonly Holder[], community: string): boolean {
  return actor.kind === 'operator' ? may.includes('operator') : actor.community === community && may.includes(holderOf(actor));
}

function holderOf(actor: Exclude<Actor, { kind: 'operator' }>): Holder {
  return actor.kind === 'staff' ? `staff ${actor.role}` : `resident ${actor.role}`;
}
