import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import type { Problem, Why } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import {
  type Changed,
  cardMark,
  FIELD_NAMES,
  type FieldName,
  isSealed,
  officeFields,
  type Person,
  personFields,
  type ResidentFields,
  type ResidentRecord,
  type RosterChanges,
  withNew,
} from '../people/index.ts';
import type { ResidentRow, ResidentsRead } from './readResidents.ts';

export const RESIDENTS_FILE = 'residents.csv';

/** A change of one resident, and of which row it comes. */
export type ResidentChange = RosterChanges['changed'][number] & {
  /** `phoneId` of the phone that they did not share with anybody, if they have another one now. */
  readonly phoneBefore?: string;
  readonly row: ResidentRow;
  /** What the roster is to say of them. */
  readonly name: string | undefined;
  readonly phone: string | undefined;
  readonly language: string | undefined;
  /** Of who signed in it takes two persons: another phone while voting is open, an office, or the phone of somebody who has one. */
  readonly takesTwo: boolean;
  /** The fields that are another in the file. */
  readonly differing: readonly Difference[];
};

/** A field that is one thing in the database and another in a file. */
export interface Difference<Field extends string = FieldName | 'card'> {
  readonly field: Field;
  readonly here?: string | undefined;
  readonly file?: string | undefined;
}

/** What of somebody on the roster is compared, and no more: the whole roster is held. */
export type OnRoster = Pick<ResidentRecord, '_id' | 'phoneId' | 'newContacts' | 'card' | 'endedCards' | 'erasedAt'> &
  ResidentFields &
  Pick<Person, 'rosterId'>;

/** What rows are compared with, and what may change now. */
export interface Comparing extends Pick<World, 'vault'> {
  readonly community: string;
  readonly now: Date;
  /** The cycle whose vote is open, if one is: no id and no role is changed then. */
  readonly voting: string | undefined;
  /** It was said who changes phones and cards, and why. */
  readonly isExplained: boolean;
  readonly columns: ResidentsRead['columns'];
  /** The changes are made, and not only looked at. */
  readonly isMade: boolean;
  /** Ids that begin with zeros, by what is left without them. */
  readonly withoutZeros: ReadonlyMap<string, string>;
  /** While voting is open: those who are not in the file, by their `sameness`. */
  readonly leftOut: ReadonlySet<string>;
  /** While voting is open: every phone and chat that somebody holds (`addressHmac`). */
  readonly held: ReadonlySet<string>;
  /** How many have each phone. */
  readonly holders: ReadonlyMap<string, number>;
}

/** What is wrong with somebody new, and whether they share a phone with somebody on the roster while voting is open. */
export function newcomer(
  row: ResidentRow,
  { vault, community, voting, isExplained, withoutZeros, leftOut, held }: Comparing,
): { readonly wrong: readonly Problem[]; readonly sharesPhone: boolean } {
  const wrong: Problem[] = [];
  const add = (what: string, why: Why) => wrong.push({ file: RESIDENTS_FILE, line: row.line, what, why });
  const whole = withoutZeros.get(row.id);
  if (whole !== undefined)
    add(`id ${row.id} is new, and ${whole} is on the roster: its zeros were lost, as Excel does`, { key: 'zeros', params: { id: row.id, whole } });
  if (voting && row.role !== 'resident') add(`role ${row.role} would be new, and while voting is open roles stay`, { key: 'roleStays' });
  const same = sameness(row);
  const isSomebody = same !== undefined && leftOut.has(same);
  if (isSomebody) add('id would change of somebody on the roster, and while voting is open none changes', { key: 'idStays' });
  const sharesPhone =
    !isSomebody && held.size > 0 && row.phone !== undefined && held.has(addressHmac(vault, { community, ...phoneContact(row.phone) }));
  if (sharesPhone && !isExplained) add(`phone is somebody’s on the roster, and would be shared: ${NEEDS_REASON}`, { key: 'needsReason' });
  return { wrong, sharesPhone };
}

/** What changes of somebody on the roster; undefined if nothing does. */
export function changeOf(
  row: ResidentRow,
  before: OnRoster,
  card: string | undefined,
  { vault, community, now, columns, voting, holders, isMade }: Comparing,
): ResidentChange | undefined {
  const { _id } = before;
  const isNewCard = card !== undefined && card !== before.card;
  const differing = FIELD_NAMES.filter((field) => columns.includes(field) && row[field] !== before[field]);
  if (!isNewCard && differing.length === 0) return undefined;
  const set: Partial<ResidentRecord> = { ...(isNewCard && { card, cardMark: cardMark(vault, _id, card, now) }) };
  const unset: ResidentChange['unset'][number][] = [];
  for (const field of differing) {
    if (isSealed(field)) continue;
    if (row[field] === undefined) unset.push(field);
    else if (field === 'role') Object.assign(set, officeFields(vault, _id, row.role));
    else Object.assign(set, { [field]: row[field] });
  }
  const after: OnRoster = { ...before, ...Object.fromEntries(differing.map((field) => [field, row[field]])) };
  const isOtherPhone = differing.includes('phone');
  if (differing.some((field) => isSealed(field) || field === 'role')) {
    const { rosterId = row.id, phone } = after;
    if (isMade) {
      const { person, searchKeys } = personFields(vault, { _id, community }, { ...after, rosterId }, now);
      Object.assign(set, { person, searchKeys });
    }
    if (isOtherPhone && phone === undefined) unset.push('phoneId');
    else if (isOtherPhone && phone !== undefined) set.phoneId = addressHmac(vault, { community, ...phoneContact(phone) });
    if (voting && set.phoneId !== undefined) set.newContacts = withNew(before.newContacts, set.phoneId, voting);
  }
  const isMoved = set.phoneId !== undefined && before.phone !== undefined && holders.get(before.phone) === 1;
  return {
    _id,
    row,
    name: after.name,
    phone: after.phone,
    language: after.language,
    takesTwo: differing.includes('role') || (isOtherPhone && (voting !== undefined || before.role !== 'resident')),
    differing: differing.map((field) => ({ field, here: before[field], file: row[field] })),
    set,
    unset,
    endsLinks: isNewCard && before.card !== undefined,
    ...(isOtherPhone && { phoneLeft: before.phoneId }),
    ...(isMoved && { phoneBefore: before.phoneId }),
  };
}

/** What of a change is refused while voting is open. */
export function whileVoting({ line }: ResidentRow, { set }: ResidentChange, keys: readonly Changed['what'][], isExplained: boolean): Problem[] {
  const wrong: Problem[] = [];
  if (set.role !== undefined)
    wrong.push({ file: RESIDENTS_FILE, line, what: 'role would change, and while voting is open roles stay', why: { key: 'roleStays' } });
  if (keys.length > 0 && !isExplained)
    wrong.push({ file: RESIDENTS_FILE, line, what: `${keys.join(' and ')} would change: ${NEEDS_REASON}`, why: { key: 'needsReason' } });
  return wrong;
}

const NEEDS_REASON = 'while voting is open say who and why, with --by NAME --reason TEXT; how many change is public';

/** By what somebody votes, and is another in the file. */
export function keysIn({ set, unset }: Pick<ResidentChange, 'set' | 'unset'>): Changed['what'][] {
  return [
    ...(set.phoneId !== undefined || unset.includes('phoneId') ? (['phone'] as const) : []),
    ...(set.card !== undefined ? (['card'] as const) : []),
  ];
}

/** A key of name and phone: the same ones under another id are most likely the same person. Undefined without a name or a phone, as nobody can tell then. */
export function sameness({ name, phone }: Pick<ResidentFields, 'name' | 'phone'>): string | undefined {
  return name === undefined || phone === undefined ? undefined : JSON.stringify([name, phone]);
}
