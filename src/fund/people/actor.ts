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

/** Whether `checkRight` would let the actor do this, for a page that shows only what its reader may do. */
export function mayDo(actor: Actor, { may }: Pick<Right, 'may'>, community: string): boolean {
  return holds(actor, may, community);
}

/** What somebody wants to do, and who may: an act (src/fund/act), or what is none by itself. `name`: in the log. */
export interface Right {
  readonly name: string;
  readonly may: readonly Holder[];
}

const SEES_PEOPLE: readonly Holder[] = ['operator', 'staff cadre', 'staff supervisor'];
const OVERSEES: readonly Holder[] = [...SEES_PEOPLE, 'staff office'];

/** What of a community's daily work is read by whom. What reads it for a person calls `checkView` itself. */
export const VIEWS = {
  /** What comes next, and when. */
  today: [...OVERSEES, 'staff council'],
  /** How many took part, by day and by building; never by project, never who. */
  turnout: [...OVERSEES, 'staff council'],
  /** How much waits, in numbers. */
  waiting: [...OVERSEES, 'staff council'],
  /** What a month came to, in numbers: for the street office. */
  month: [...OVERSEES, 'staff council'],
  /** The roster, locks, cards and the staff. */
  people: SEES_PEOPLE,
  /** Proposals, opinions and their drafts. */
  proposals: [...OVERSEES, 'staff council'],
  /** Whose words a proposal is, and those that are not on the public list. */
  proposalNames: [...SEES_PEOPLE, 'staff council'],
  /** Phone numbers, also in texts. */
  proposalPhones: DAILY_WORK,
  /** What is set up in the hall. */
  hall: SEES_PEOPLE,
  /** Who is on the roster, one at a time, for those at a table; the table's own numbers. */
  table: [...SEES_PEOPLE, 'staff helper'],
  /** Tables, batches and what became of slips, in numbers. */
  paper: [...OVERSEES, 'staff council'],
  requests: SEES_PEOPLE,
  inbox: SEES_PEOPLE,
  second: SEES_PEOPLE,
  /** What is published before the vote, and what residents have against it. */
  publication: [...SEES_PEOPLE, 'staff council'],
  /** The projects, as the vote will have them. */
  ballot: [...OVERSEES, 'staff council'],
  /** The council's meetings, drafts of minutes among them. */
  meetings: [...SEES_PEOPLE, 'staff council'],
  /** What becomes of the winners; an implementer reads only their own. */
  works: [...OVERSEES, 'staff council', 'staff implementer'],
  /** A cycle's money. */
  account: [...OVERSEES, 'staff council'],
  /** Who may do works, and how they are reached. */
  implementers: [...SEES_PEOPLE, 'staff council'],
  /** What is sent to many, in numbers. */
  messages: OVERSEES,
  /** What became of each message. */
  messagesEach: SEES_PEOPLE,
  calendar: [...OVERSEES, 'staff council'],
  /** What is printed; making cards and slips is an act of its own. */
  print: SEES_PEOPLE,
  log: OVERSEES,
  /** What an entry of the log was about: it may name residents. */
  logDetails: SEES_PEOPLE,
} as const satisfies Record<string, readonly Holder[]>;
export type View = keyof typeof VIEWS;

/** Throws `not-allowed` unless the actor may read this in the community (given by its slug). */
export function checkView(actor: Actor, view: View, community: string): void {
  if (!maySee(actor, view, community)) throw new CodedError('not-allowed', 'You may not read this in this community; ask one of its cadres.');
}

/** Whether `checkView` would let the actor read this. */
export function maySee(actor: Actor, view: View, community: string): boolean {
  return holds(actor, VIEWS[view], community);
}

function holds(actor: Actor, may: readonly Holder[], community: string): boolean {
  return actor.kind === 'operator' ? may.includes('operator') : actor.community === community && may.includes(holderOf(actor));
}

function holderOf(actor: Exclude<Actor, { kind: 'operator' }>): Holder {
  return actor.kind === 'staff' ? `staff ${actor.role}` : `resident ${actor.role}`;
}
