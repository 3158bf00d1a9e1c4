import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Problem } from '../../store/codedError.ts';
import { act, communitySubject, done, given, line, refuse, type Typed } from '../act/index.ts';
import { votingIn } from '../cycles/index.ts';
import type { Detail } from '../log/index.ts';
import { type Actor, DAILY_WORK, FIELD_NAMES, fieldsOf, ofEach, ROLES } from '../people/index.ts';
import { isAlone } from '../second/index.ts';
import { RESIDENTS_FILE, type ResidentChange } from './compareResident.ts';
import { COLUMNS, type Column, type ResidentRow } from './readResidents.ts';
import { applyChanges, type ResidentChanges, residentChanges } from './residentChanges.ts';

const LONGEST_REASON = 300;
/** Rows of an import that wait together: the second person reads each of them. */
const MOST_WAITING = 1_000;

const ROW = z.strictObject({
  line: z.int(),
  id: z.string(),
  card: z.string().optional(),
  ...ofEach(
    () => z.string().optional(),
    FIELD_NAMES.filter((name) => name !== 'role'),
  ),
  role: z.enum(ROLES),
});

/**
 * Imports rows of a roster: all of them, so that they change what they were to change when they were looked at (`rowsInput`), or none. Offices, the phones of
 * those who have one and, while voting is open, every phone take a second person: such rows are given apart from the others, and wait together.
 */
export const importResidents = act({
  name: 'resident.import',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: communitySubject('/people'),
  input: z.strictObject({
    columns: given(z.array(z.enum(COLUMNS))),
    rows: given(z.array(ROW)),
    stamp: given(z.string()),
    reason: line(LONGEST_REASON).optional(),
  }),
  refusals: { changed: null, needsReason: 'reason' },
  async run({ world, notify, session, on: { _id }, input: { columns, rows, stamp, reason }, actor }) {
    const at = world.now();
    const voting = await votingIn(_id, at, session);
    const changes = await residentChanges(world, _id, { rows, columns }, { replace: false, voting, isExplained: true, now: at, session });
    if (stampOf(changes) !== stamp || changes.problems.length > 0) return refuse('changed');
    if (changes.keys.length > 0 && reason === undefined) return refuse('needsReason');
    await applyChanges(world, _id, changes, { actor, reason, at, notify }, session);
    const counts = { added: changes.added.length, changed: changes.changed.length };
    if (counts.added + counts.changed === 0) return done(counts);
    const isTwo = takesTwo(changes);
    // while voting is open the log has what each row changes, as it has that of a single change
    const entry = isTwo || voting !== undefined ? rowsEntry(changes) : { after: countsOf(changes) };
    return done(counts, { ...entry, reason, about: stamp, takesTwo: isTwo });
  },
});

/** What `importResidents` is given to make these changes. */
export function rowsInput(changes: ResidentChanges, columns: readonly Column[], reason: string): Typed {
  const rows = [...changes.addedRows, ...changes.changed.map(({ row }) => row)];
  return { columns: [...columns], rows, stamp: stampOf(changes), reason };
}

/** The changes of an import that are made at once, and those that wait for a second person, if any do. */
export function apartFor(actor: Actor, changes: ResidentChanges): { readonly atOnce: ResidentChanges; readonly waiting?: ResidentChanges } {
  if (!isAlone(actor, importResidents.name) || !takesTwo(changes)) return { atOnce: changes };
  const offices = new Set(changes.addedRows.filter(hasOffice).map(({ id }) => id));
  return { atOnce: part(changes, offices, false), waiting: part(changes, offices, true) };
}

function takesTwo({ changed, addedRows }: ResidentChanges): boolean {
  return changed.some((each) => each.takesTwo) || addedRows.some(hasOffice);
}

function hasOffice({ role }: ResidentRow): boolean {
  return role !== 'resident';
}

/** `offices`: the ids of those who are added with an office. */
function part(changes: ResidentChanges, offices: ReadonlySet<string>, isWaiting: boolean): ResidentChanges {
  const addedRows = changes.addedRows.filter(({ id }) => offices.has(id) === isWaiting);
  const changed = changes.changed.filter(({ takesTwo }) => takesTwo === isWaiting);
  const others = new Set(changes.changed.filter(({ takesTwo }) => takesTwo !== isWaiting).map(({ _id }) => _id));
  return {
    ...changes,
    ...{ addedRows, changed },
    added: changes.added.filter((_, index) => offices.has(changes.addedRows[index]?.id ?? '') === isWaiting),
    keys: changes.keys.filter(({ resident }) => !others.has(resident)),
  };
}

/** What of the rows that wait cannot wait: too many of them, and a card, whose digits are kept nowhere. */
export function waitingProblems({ addedRows, changed }: ResidentChanges): Problem[] {
  const rows = [...addedRows, ...changed.map(({ row }) => row)];
  const [one] = rows.slice(MOST_WAITING);
  const tooMany = {
    what: `at most ${MOST_WAITING} rows wait for a second person at once`,
    why: { key: 'tooManyWait', params: { most: MOST_WAITING } },
  } as const;
  const withCard = { what: 'a row waits for a second person: its card is imported in a file of its own', why: { key: 'cardWaits' } } as const;
  const carded = [...addedRows.filter(({ card }) => card !== undefined), ...changed.flatMap(({ row, set }) => (set.card === undefined ? [] : [row]))];
  return [
    ...(one ? [{ file: RESIDENTS_FILE, line: one.line, ...tooMany }] : []),
    ...carded.map(({ line }) => ({ file: RESIDENTS_FILE, line, ...withCard })),
  ];
}

/** How many rows add and change somebody, how many change a phone, and how many phones and cards while voting is open. */
function countsOf({ addedRows, changed, keys }: ResidentChanges): Record<string, number> {
  const phones = changed.filter(({ differing }) => differing.some(({ field }) => field === 'phone')).length;
  return { added: addedRows.length, changed: changed.length, ...(phones > 0 && { phones }), ...(keys.length > 0 && { keys: keys.length }) };
}

/** What each row changes, as the log and the second person read it. */
function rowsEntry(changes: ResidentChanges): Detail & { readonly names: readonly string[] } {
  const { added, addedRows, changed } = changes;
  const told = ({ row: { id }, name, differing }: ResidentChange) => ({
    ...{ id, name },
    differing: differing.map(({ field, here, file }) => ({ field, before: here, after: file })),
  });
  const newcomers = addedRows.map((row) => ({ id: row.id, ...fieldsOf(row) }));
  return {
    after: { ...countsOf(changes), rows: [...newcomers, ...changed.map(told)] },
    names: [...added.map(({ _id }) => _id), ...changed.map(({ _id }) => _id)],
  };
}

/** It is another once one of the rows would change something else. */
function stampOf({ addedRows, changed }: ResidentChanges): string {
  const rows = [addedRows.map(({ id }) => id), changed.map(({ row: { id }, differing }) => [id, differing])];
  return createHash('sha256').update(JSON.stringify(rows)).digest('base64url');
}
