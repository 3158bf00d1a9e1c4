import * as z from 'zod';
import type { Sha256 } from '../../../store/vault.ts';
import { brokenLogLink, detailHash, firstLogPrevious, type LogHead } from '../../log/chain.ts';
import type { SlipsLogged } from './checkSlips.ts';
import { AuditError, linesOf, readJson } from './readFiles.ts';

/** What was found in a log that holds. */
export interface LogChecked {
  readonly entries: number;
  /** Details that were dropped because they named a person who was deleted. Their hashes stay in the chain. */
  readonly dropped: number;
  /** The last entry, as `SEQ:HASH`; `0` if there is none. */
  readonly head: string;
}

/** The hashes of all entries of a log that holds. */
export function logHashes(text: string): ReadonlySet<string> {
  return new Set(linesOf(text).map((line, index) => readJson(rowSchema, LOG_FILE, index + 1, line).hash));
}

/** An entry that somebody wrote down, with its place or by its hash alone. */
export interface EntryNoted {
  readonly seq?: number;
  readonly hash: string;
}

const LOG_FILE = 'log.ndjson';
const hex = z.string().regex(/^[0-9a-f]{64}$/, 'is no hex SHA-256');
const rowSchema = z.strictObject({
  seq: z.int(),
  community: z.string(),
  at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'is no moment to the second'),
  by: z.string(),
  role: z.string(),
  act: z.string(),
  subject: z.string(),
  detail: hex,
  previous: hex,
  hash: hex,
  opening: z
    .strictObject({ salt: z.string().regex(/^[0-9a-f]{32}$/, 'is no 16 bytes in hex'), detail: z.record(z.string(), z.unknown()) })
    .optional(),
});

/**
 * Checks the log of a community's staff: the chain from its first entry, and each detail that is there. `noted` is an entry that somebody wrote down
 * earlier. Throws `AuditError`.
 */
export function checkLog(sha256: Sha256, text: string, noted?: EntryNoted): LogChecked {
  let before: LogHead | undefined;
  let community = '';
  let dropped = 0;
  const isIt = ({ seq, hash }: { seq: number; hash: string }) => noted?.hash === hash && seq === (noted.seq ?? seq);
  let isNoted = noted === undefined;
  for (const [index, line] of linesOf(text).entries()) {
    const row = readJson(rowSchema, LOG_FILE, index + 1, line);
    community ||= row.community;
    if (!before) {
      before = { seq: 0, hash: firstLogPrevious(sha256, community) };
      isNoted ||= isIt(before);
    }
    const broken = brokenLogLink(sha256, community, before, row);
    if (broken) throw new AuditError(LOG_FILE, index + 1, broken);
    if (row.opening && detailHash(sha256, row.opening.salt, JSON.stringify(row.opening.detail)) !== row.detail)
      throw new AuditError(LOG_FILE, index + 1, 'opening is not the detail that the entry commits to');
    if (!row.opening) dropped += 1;
    isNoted ||= isIt(row);
    before = row;
  }
  if (!isNoted && noted)
    throw new AuditError(
      LOG_FILE,
      Math.max(noted.seq ?? before?.seq ?? 1, 1),
      `${noted.seq === undefined ? 'ends without' : 'is not'} the entry that was given with --log-head`,
    );
  return { entries: before?.seq ?? 0, dropped, head: before ? `${before.seq}:${before.hash}` : '0' };
}

const ofLedger = z.object({ after: z.object({ head: z.string() }) });

/** The heads of a cycle's ledger that a log bears, one for each evening of the vote, each with its line. */
export function headsLogged(text: string, cycle: string): { readonly line: number; readonly head: string }[] {
  return linesOf(text).flatMap((written, index) => {
    const { act, subject, opening } = readJson(rowSchema, LOG_FILE, index + 1, written);
    const head = act === 'ledger.head' && subject === cycle ? ofLedger.safeParse(opening?.detail).data?.after.head : undefined;
    return head === undefined ? [] : { line: index + 1, head };
  });
}

const listed = z.object({ after: z.object({ slips: z.int(), list: z.string(), draw: z.string().optional() }) });
const entered = z.object({ after: z.object({ found: z.string() }) });

/** What a log says of a cycle's slips: the list from before the seal, and what was found in the box. */
export function slipsLogged(text: string, cycle: string): SlipsLogged {
  const found = new Map<string, { found: string; changes: number }>();
  let list: SlipsLogged['listed'];
  for (const [index, line] of linesOf(text).entries()) {
    const { act, subject, opening } = readJson(rowSchema, LOG_FILE, index + 1, line);
    if (act === 'slip.list' && subject === cycle) list ??= listed.safeParse(opening?.detail).data?.after;
    const serial =
      (act === 'slip.compare' || act === 'slip.correct') && subject.startsWith(`${cycle}/slip/`) ? subject.slice(cycle.length + 6) : undefined;
    const said = serial === undefined ? undefined : entered.safeParse(opening?.detail).data;
    if (serial !== undefined && said) found.set(serial, { found: said.after.found, changes: (found.get(serial)?.changes ?? -1) + 1 });
  }
  return { ...(list && { listed: list }), found };
}
