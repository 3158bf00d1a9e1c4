import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Problem, Why } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { pauses } from '../../store/pauses.ts';
import { runIsolated } from '../../store/runIsolated.ts';
import type { World } from '../../store/world.ts';
import type { Context } from '../act/index.ts';
import { findCommunity } from '../communities/index.ts';
import { CALENDAR_FIELDS, Cycle, isUnsettled } from '../cycles/index.ts';
import { type Actor, checkRight, countWrong, mayTypeNoCard } from '../people/index.ts';
import type { Waiting } from '../second/index.ts';
import { changedHere } from './changedHere.ts';
import { type Difference, RESIDENTS_FILE } from './compareResident.ts';
import { apartFor, importResidents, rowsInput, waitingProblems } from './importRows.ts';
import type { CsvRow } from './readCsv.ts';
import { type ResidentRow, type ResidentsRead, readInPauses } from './readResidents.ts';
import { type ResidentChanges, residentChanges } from './residentChanges.ts';
import { splitDoors } from './splitDoors.ts';
import type { RosterRows } from './table/rosterRows.ts';
import type { Refused } from './table/tableRead.ts';
import { dropUpload, keepUpload, openUpload } from './upload.ts';
import { withIds } from './withIds.ts';

/** Rows of a file. */
export const MOST_ROWS = 30_000;
/** 30,000 rows of XLSX take some three seconds and 200 MiB. */
const LIMITS = { ms: 20_000, mebibytes: 320 };
const TABLE = join(import.meta.dirname, 'table');

/**
 * Reads a roster that somebody uploaded, CSV or XLSX, and keeps it for half an hour. Gives the token that shows it, to them alone, or why it is not
 * read. Nobody is changed by it. Rejects with `not-allowed` (`checkRight`).
 */
export async function uploadRoster(world: World, community: string, bytes: Uint8Array, actor: Actor): Promise<{ readonly token: string } | Refused> {
  checkRight(actor, importResidents, community);
  const read = await runIsolated<{ bytes: Uint8Array; mostRows: number; of: 'roster' }, RosterRows | Refused>(
    TABLE,
    'readUploaded',
    { bytes, mostRows: MOST_ROWS, of: 'roster' },
    LIMITS,
  );
  return 'refused' in read ? read : { token: await keepUpload(world, community, actor, read) };
}

/** What an import would change. */
export interface RosterPreview {
  readonly added: readonly {
    readonly line: number;
    readonly id: string;
    readonly name?: string | undefined;
    readonly phone?: string | undefined;
    readonly building?: string | undefined;
    readonly door?: string | undefined;
    /** The phone is also that of another line, or of somebody on the roster. */
    readonly shares?: number | 'roster';
    readonly waits: boolean;
  }[];
  readonly changed: readonly {
    readonly line: number;
    readonly id: string;
    readonly name?: string | undefined;
    /** A new card is among `differing`, without its digits. */
    readonly differing: readonly Difference[];
    /** It was changed here since the last import or export of the community's files: the uploaded file may be older than that. */
    readonly isLate: boolean;
    /** It waits for a second person. */
    readonly waits: boolean;
  }[];
  readonly unchanged: number;
  /** Rows of people who asked to be deleted, and stay deleted; rows with a card that was ended, and stays ended. */
  readonly left: number;
  readonly ended: number;
  /** Columns of the file that are not read. */
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
  /** Voting is open, and phones would change: that takes a reason, and they cast only with the card until the close. */
  readonly needsReason: boolean;
  readonly isVoting: boolean;
  /** Buildings were read from what doors begin with, or could be. */
  readonly doors?: 'split' | 'whole';
  /** Says what is shown: `importRoster` does this, or nothing. */
  readonly shown: string;
}

/**
 * What an uploaded roster would change now; null if there is none with this token. `whole`: doors stay as they are, also if they begin with a building (`splitDoors`).
 * Rejects with `not-allowed` (`checkRight`).
 */
export async function previewRoster(world: World, community: string, token: string, actor: Actor, doors: Doors): Promise<RosterPreview | null> {
  checkRight(actor, importResidents, community);
  const upload = await openUpload(world, community, actor, token);
  if (!upload) return null;
  return (await planned(world, community, actor, upload, doors)).preview;
}

export type Doors = 'split' | 'whole';

export type RosterImported =
  /** `asked`: under which number the rest waits for a second person. */
  | { readonly imported: { readonly added: number; readonly changed: number }; readonly asked?: Waiting }
  /** There is no upload of this person with this token (any more), phones would change without a reason, or another change than was shown. */
  | { readonly refused: 'noUpload' | 'needsReason' | 'changed' | 'problems' };

/**
 * Imports an uploaded roster: all of it, as `shown` says it was shown, or nothing. Who is not in it stays as they are. The rows of who signed in that take two
 * persons wait together for the second one, the others are imported at once. Rejects with `not-allowed` (`checkRight`).
 */
export async function importRoster(
  context: Context,
  community: string,
  { token, shown, reason, doors }: { readonly token: string; readonly shown: string; readonly reason: string; readonly doors: Doors },
  actor: Actor,
): Promise<RosterImported> {
  const { world } = context;
  checkRight(actor, importResidents, community);
  const upload = await openUpload(world, community, actor, token);
  if (!upload) return { refused: 'noUpload' };
  const { preview, changes, columns } = await planned(world, community, actor, upload, doors);
  if (preview.shown !== shown) return { refused: 'changed' };
  if (preview.needsReason && reason === '') return { refused: 'needsReason' };
  if (!changes || preview.problems.length > 0) return { refused: 'problems' };
  const { atOnce, waiting } = apartFor(actor, changes);
  const take = (part: ResidentChanges) => importResidents.perform(context, { community, at: {}, input: rowsInput(part, columns, reason), actor });
  const taken = await take(atOnce);
  const asked = waiting && taken.is === 'done' ? await take(waiting) : undefined;
  if (taken.is !== 'done' || (asked && asked.is !== 'waits')) return { refused: 'changed' };
  await dropUpload(world, community, actor, token);
  return { imported: taken.result, ...(asked && { asked: { waits: asked.waits, ...(asked.already && { already: asked.already }) } }) };
}

async function readAgain(community: string, { lines }: RosterRows): Promise<ResidentsRead> {
  const found = await findCommunity(community);
  return readInPauses(RESIDENTS_FILE, rowsIn(lines), found?.phone);
}

function* rowsIn(lines: string): Generator<CsvRow> {
  let line = 0;
  for (let begin = 0; begin <= lines.length; ) {
    const found = lines.indexOf('\n', begin);
    const end = found < 0 ? lines.length : found;
    line += 1;
    if (end > begin) yield { record: JSON.parse(lines.slice(begin, end)), lastLine: line };
    begin = end + 1;
  }
}

/** What the file would change now, and how that is shown. If lines cannot be read, nothing is compared: rows may be missing. */
async function planned(
  world: World,
  community: string,
  actor: Actor,
  upload: RosterRows,
  doors: Doors,
): Promise<{ readonly preview: RosterPreview; readonly columns: ResidentsRead['columns']; readonly changes?: ResidentChanges }> {
  const asGiven = await readAgain(community, upload);
  const split = splitDoors(asGiven);
  const given = doors === 'split' && split ? split : asGiven;
  const { columns } = given;
  const { ignored } = upload;
  if (!given.isWhole) return { preview: await shownAs({ ...NOTHING, ignored, problems: given.problems.toSorted(byLine) }), columns };
  const { read, left: erased } = await withIds(world, community, given);
  const now = world.now();
  const cycles = await collection(Cycle).find({ community }, { projection: CALENDAR_FIELDS }).toArray();
  const voting = cycles.find((cycle) => isUnsettled(cycle, now))?._id;
  const isVoting = voting !== undefined;
  const changes = await residentChanges(world, community, read, { replace: false, voting, isExplained: true, now });
  const { addedRows, changed, left, ended } = changes;
  const shares = sharing(read.rows, changes);
  const { waiting } = apartFor(actor, changes);
  const waitingRows = new Set([...(waiting?.addedRows ?? []), ...(waiting?.changed.map(({ row }) => row) ?? [])]);
  const newCards = changed.filter(({ set }) => set.card !== undefined).map(({ row }) => row);
  const waits = isVoting ? [...addedRows, ...newCards].map(({ line }) => ({ file: RESIDENTS_FILE, line, ...NEEDS_SECOND })) : [];
  const late = new Set((await changedHere(world, community, { residents: changes })).map(({ line }) => line));
  const preview = await shownAs({
    added: addedRows.map((row) => ({
      ...{ line: row.line, id: row.id, name: row.name, phone: row.phone, building: row.building, door: row.door, waits: waitingRows.has(row) },
      ...shares(row),
    })),
    changed: changed.map(({ row, set, differing }) => ({
      ...{ line: row.line, id: row.id, name: row.name, isLate: late.has(row.line), waits: waitingRows.has(row) },
      differing: [...differing, ...(set.card === undefined ? [] : [{ field: 'card' as const }])],
    })),
    unchanged: read.rows.length - addedRows.length - changed.length - left,
    ...{ left: left + erased, ended, ignored },
    problems: [
      ...read.problems,
      ...(await untaken(world, community, actor, read, changes.problems)),
      ...waits,
      ...(waiting ? waitingProblems(waiting) : []),
    ].toSorted(byLine),
    isVoting,
    ...(split && { doors }),
    needsReason: isVoting && changes.keys.length > 0,
  });
  return { preview, columns, changes };
}

/**
 * The problems of a file's rows as somebody who signed in is told them: not which card is somebody else's already, only that one of the file is. Each time counts
 * as a wrong card of theirs, so that nobody finds out cards by uploading many.
 */
async function untaken(world: World, community: string, actor: Actor, { columns }: ResidentsRead, problems: readonly Problem[]): Promise<Problem[]> {
  if (actor.kind !== 'staff' || !columns.includes('card')) return [...problems];
  const told = problems.filter(({ why }) => why?.key !== 'cardTaken');
  const inHead = (what: string, key: Why['key']): Problem => ({ file: RESIDENTS_FILE, line: 1, what, why: { key } });
  if (await mayTypeNoCard(world, community, actor))
    return [...told, inHead('too many cards were somebody else’s: none is taken for an hour', 'cardsLocked')];
  if (told.length === problems.length) return told;
  await countWrong(world, community, actor);
  return [...told, inHead('a card of this file is somebody else’s', 'cardsTaken')];
}

/** With whom a new row shares its phone. */
function sharing(rows: readonly ResidentRow[], { holders }: ResidentChanges): (row: ResidentRow) => { readonly shares?: number | 'roster' } {
  const linesOf = new Map<string, number[]>();
  for (const { phone, line } of rows) if (phone !== undefined) linesOf.set(phone, [...(linesOf.get(phone) ?? []).slice(0, 1), line]);
  return ({ phone, line }) => {
    if (phone === undefined) return {};
    const other = linesOf.get(phone)?.find((each) => each !== line);
    return other !== undefined ? { shares: other } : holders.has(phone) ? { shares: 'roster' } : {};
  };
}

function byLine(one: Problem, other: Problem): number {
  return one.line - other.line;
}

const NEEDS_SECOND = { what: 'while voting is open somebody new, or a new card, needs a second person', why: { key: 'needsSecond' } } as const;
const NOTHING = { added: [], changed: [], unchanged: 0, left: 0, ended: 0, needsReason: false, isVoting: false };

async function shownAs(preview: Omit<RosterPreview, 'shown'>): Promise<RosterPreview> {
  const { added, changed, problems, ...counts } = preview;
  const hash = createHash('sha256').update(JSON.stringify(counts));
  const turn = pauses();
  for (const line of [...added, ...changed, ...problems]) {
    hash.update(JSON.stringify(line));
    await turn();
  }
  return { ...preview, shown: hash.digest('base64url') };
}
