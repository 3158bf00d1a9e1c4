import { createHash } from 'node:crypto';
import type { Notify } from '../../contacts/notify.ts';
import type { Problem } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import { votingIn } from '../cycles/index.ts';
import { type Detail, withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { RESIDENTS_FILE, type ResidentChange } from './compareResident.ts';
import { COLUMNS, type Column, type ResidentRow } from './readResidents.ts';
import { applyChanges, type ResidentChanges, residentChanges } from './residentChanges.ts';

/** Rows of an import that wait together: the second person reads each of them. */
const MOST_WAITING = 1_000;

/** The changes of an import that are made at once, and those that wait for a second person, if any do. */
export function apartFor(actor: Actor, changes: ResidentChanges): { readonly atOnce: ResidentChanges; readonly waiting?: ResidentChanges } {
  const isAlone = !needsSecond(actor, 'importResidents', 'voterOrOffice');
  if (isAlone || (!changes.changed.some(({ takesTwo }) => takesTwo) && !changes.addedRows.some(hasOffice))) return { atOnce: changes };
  const offices = new Set(changes.addedRows.filter(hasOffice).map(({ id }) => id));
  return { atOnce: part(changes, offices, false), waiting: part(changes, offices, true) };
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
  };
  const withCard = { what: 'a row waits for a second person: its card is imported in a file of its own', why: { key: 'cardWaits' } };
  const carded = [...addedRows.filter(({ card }) => card !== undefined), ...changed.flatMap(({ row, set }) => (set.card === undefined ? [] : [row]))];
  return [
    ...(one ? [{ file: RESIDENTS_FILE, line: one.line, ...tooMany }] : []),
    ...carded.map(({ line }) => ({ file: RESIDENTS_FILE, line, ...withCard })),
  ];
}

interface Rows {
  readonly changes: ResidentChanges;
  readonly columns: readonly Column[];
  readonly reason: string;
  readonly actor: Actor;
}

/** Lets the rows of an import wait for a second person, as one thing. */
export function askRows(world: World, community: string, { changes, columns, reason, actor }: Rows): Promise<Waiting> {
  const rows = [...changes.addedRows, ...changes.changed.map(({ row }) => row)];
  const stamp = stampOf(changes);
  return askSecond(world)({
    act: 'importResidents',
    ...{ community, actor, subject: community, about: stamp },
    ...rowsEntry(changes, reason),
    payload: { columns: [...columns], rows: rows.map(({ card: _, ...row }) => row), stamp, reason },
  });
}

/** How many rows add and change somebody, how many change a phone, and how many phones and cards while voting is open. */
export function countsOf({ addedRows, changed, keys }: ResidentChanges): Record<string, number> {
  const phones = changed.filter(({ differing }) => differing.some(({ field }) => field === 'phone')).length;
  return { added: addedRows.length, changed: changed.length, ...(phones > 0 && { phones }), ...(keys.length > 0 && { keys: keys.length }) };
}

/** What each row changes, as the log and the second person read it. */
export function rowsEntry(changes: ResidentChanges, reason: string): { readonly detail: Detail; readonly names: readonly string[] } {
  const { added, addedRows, changed } = changes;
  const told = ({ row: { id }, name, differing }: ResidentChange) => ({
    ...{ id, name },
    differing: differing.map(({ field, here, file }) => ({ field, before: here, after: file })),
  });
  const newcomers = addedRows.map(({ id, name, phone, building, role }) => ({ id, name, phone, building, role }));
  return {
    detail: { after: { ...countsOf(changes), rows: [...newcomers, ...changed.map(told)] }, ...(reason !== '' && { reason }) },
    names: [...added.map(({ _id }) => _id), ...changed.map(({ _id }) => _id)],
  };
}

/** It is another once one of the rows would change something else. */
function stampOf({ addedRows, changed }: ResidentChanges): string {
  const rows = [addedRows.map(({ id }) => id), changed.map(({ row: { id }, differing }) => [id, differing])];
  return createHash('sha256').update(JSON.stringify(rows)).digest('base64url');
}

/** What waits of an import. */
interface RowsKept {
  readonly columns: readonly string[];
  readonly rows: Parameters<typeof residentChanges>[2]['rows'];
  readonly stamp: string;
  readonly reason: string;
}

type RowsImported =
  | { readonly imported: { readonly added: number; readonly changed: number } }
  /** They would not change the same any more. Nothing was changed. */
  | { readonly refused: 'changed' };

/** Imports the rows that waited, once a second person has confirmed them. Rejects with `not-allowed` (`checkRight`). */
export function importRows(world: World, notify: Notify): (kept: RowsKept, community: string, actor: Actor) => Promise<RowsImported> {
  return async ({ columns: names, rows, stamp, reason }, community, actor) => {
    const acting = checkRight(actor, 'importResidents', community);
    const columns = COLUMNS.filter((column) => names.includes(column));
    return withLog(world)(community, async (session, write): Promise<RowsImported> => {
      const at = world.now();
      const voting = await votingIn(community, at, session);
      const changes = await residentChanges(world, community, { rows, columns }, { replace: false, voting, isExplained: true, now: at, session });
      if (stampOf(changes) !== stamp || changes.problems.length > 0) return { refused: 'changed' };
      await applyChanges(world, community, changes, { actor, reason: reason === '' ? undefined : reason, at, notify }, session);
      await write({ ...acting, subject: community, ...rowsEntry(changes, reason) });
      return { imported: { added: changes.added.length, changed: changes.changed.length } };
    });
  };
}
