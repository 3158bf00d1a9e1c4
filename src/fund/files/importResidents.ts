import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { mongo } from 'mongoose';
import { apart } from '../../store/apart.ts';
import type { Problem } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { pauses } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { CALENDAR_FIELDS, Cycle, isUnsettled } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { changedHere } from './changedHere.ts';
import { type Difference, RESIDENTS_FILE } from './compareResident.ts';
import type { CsvRow } from './readCsv.ts';
import { type ResidentsRead, readInPauses } from './readResidents.ts';
import { applyChanges, type ResidentChanges, residentChanges } from './residentChanges.ts';
import type { RosterRows } from './table/rosterRows.ts';
import type { Refused } from './table/tableRead.ts';
import { dropUpload, keepUpload, openUpload } from './upload.ts';

/** Rows of a file. */
export const MOST_ROWS = 30_000;
/** 30,000 rows of XLSX take some three seconds and 200 MiB. */
const LIMITS = { ms: 20_000, mebibytes: 320 };
const TABLE = join(import.meta.dirname, 'table');

/**
 * Reads a roster that somebody uploaded, CSV or XLSX, and keeps it for half an hour. Gives the token that shows it, to them alone, or why it is not
 * read. Nobody is changed by it. Rejects with `not-allowed` (`checkRight`).
 */
export function uploadRoster(world: World): (community: string, bytes: Uint8Array, actor: Actor) => Promise<{ readonly token: string } | Refused> {
  return async (community, bytes, actor) => {
    checkRight(actor, 'importResidents', community);
    const read = await apart<{ bytes: Uint8Array; mostRows: number; of: 'roster' }, RosterRows | Refused>(
      TABLE,
      'readUploaded',
      { bytes, mostRows: MOST_ROWS, of: 'roster' },
      LIMITS,
    );
    return 'refused' in read ? read : { token: await keepUpload(world, community, actor, read) };
  };
}

/** What an import would change. */
export interface RosterPreview {
  readonly added: readonly {
    readonly line: number;
    readonly id: string;
    readonly name?: string | undefined;
    readonly building?: string | undefined;
  }[];
  readonly changed: readonly {
    readonly line: number;
    readonly id: string;
    readonly name?: string | undefined;
    /** A new card is among `differing`, without its digits. */
    readonly differing: readonly Difference[];
    /** It was changed here since the last import or export of the community's files: the uploaded file may be older than that. */
    readonly isLate: boolean;
  }[];
  readonly unchanged: number;
  /** Rows of people who asked to be deleted, and stay deleted; rows with a card that was ended, and stays ended. */
  readonly left: number;
  readonly ended: number;
  /** Columns of the file that are not read. */
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
  /** Voting is open, and phones would change: that takes a reason. */
  readonly needsReason: boolean;
  /** Says what is shown: `importRoster` does this, or nothing. */
  readonly shown: string;
}

/** What an uploaded roster would change now; null if there is none with this token. Rejects with `not-allowed` (`checkRight`). */
export function previewRoster(world: World): (community: string, token: string, actor: Actor) => Promise<RosterPreview | null> {
  return async (community, token, actor) => {
    checkRight(actor, 'importResidents', community);
    const upload = await openUpload(world, community, actor, token);
    if (!upload) return null;
    return (await planned(world, community, await readAgain(community, upload), upload.ignored)).preview;
  };
}

export type RosterImported =
  | { readonly imported: { readonly added: number; readonly changed: number } }
  /** There is no upload of this person with this token (any more), phones would change without a reason, or another change than was shown. */
  | { readonly refused: 'noUpload' | 'needsReason' | 'changed' | 'problems' };

/**
 * Imports an uploaded roster: all of it, as `shown` says it was shown, or nothing. Who is not in it stays as they are. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function importRoster(
  world: World,
): (community: string, given: { readonly token: string; readonly shown: string; readonly reason: string }, actor: Actor) => Promise<RosterImported> {
  return async (community, { token, shown, reason }, actor) => {
    const acting = checkRight(actor, 'importResidents', community);
    const upload = await openUpload(world, community, actor, token);
    if (!upload) return { refused: 'noUpload' };
    const read = await readAgain(community, upload);
    const outcome = await withLog(world)(community, async (session, write): Promise<RosterImported> => {
      const { preview, changes } = await planned(world, community, read, upload.ignored, session);
      if (preview.shown !== shown) return { refused: 'changed' };
      if (preview.needsReason && reason === '') return { refused: 'needsReason' };
      if (!changes || preview.problems.length > 0) return { refused: 'problems' };
      const imported = { added: changes.added.length, changed: changes.changed.length };
      if (imported.added + imported.changed === 0) return { imported };
      await applyChanges(world, community, changes, { actor, reason: reason === '' ? undefined : reason, at: world.now() }, session);
      const after = { ...imported, ...(changes.keys.length > 0 && { keys: changes.keys.length }) };
      await write({ ...acting, subject: community, detail: { after, ...(reason !== '' && { reason }) } });
      return { imported };
    });
    if ('imported' in outcome) await dropUpload(world, community, actor, token);
    return outcome;
  };
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
  read: ResidentsRead,
  ignored: readonly string[],
  session?: mongo.ClientSession,
): Promise<{ readonly preview: RosterPreview; readonly changes?: ResidentChanges }> {
  if (!read.isWhole) return { preview: await shownAs({ ...NOTHING, ignored, problems: read.problems.toSorted(byLine) }) };
  const now = world.now();
  const cycles = await collection(Cycle)
    .find({ community }, { ...(session && { session }), projection: CALENDAR_FIELDS })
    .toArray();
  const isVoting = cycles.some((cycle) => isUnsettled(cycle, now));
  const changes = await residentChanges(world, community, read, { replace: false, isVoting, isExplained: true, now, session });
  const { addedRows, changed, left, ended } = changes;
  const newCards = changed.filter(({ set }) => set.card !== undefined).map(({ row }) => row);
  const waits = isVoting ? [...addedRows, ...newCards].map(({ line }) => ({ file: RESIDENTS_FILE, line, ...NEEDS_SECOND })) : [];
  const late = new Set((await changedHere(world, community, { residents: changes })).map(({ line }) => line));
  const preview = await shownAs({
    added: addedRows.map(({ line, id, name, building }) => ({ line, id, name, building })),
    changed: changed.map(({ row: { line, id, name }, set, differing }) => ({
      ...{ line, id, name, isLate: late.has(line) },
      differing: [...differing, ...(set.card === undefined ? [] : [{ field: 'card' }])],
    })),
    unchanged: read.rows.length - addedRows.length - changed.length - left,
    ...{ left, ended, ignored },
    problems: [...read.problems, ...changes.problems, ...waits].toSorted(byLine),
    needsReason: isVoting && changes.keys.length > 0,
  });
  return { preview, changes };
}

function byLine(one: Problem, other: Problem): number {
  return one.line - other.line;
}

const NEEDS_SECOND = { what: 'while voting is open somebody new, or a new card, needs a second person', why: { key: 'needsSecond' } };
const NOTHING = { added: [], changed: [], unchanged: 0, left: 0, ended: 0, needsReason: false };

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
