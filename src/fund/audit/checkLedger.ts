import * as z from 'zod';
import { type Before, brokenLink } from '../ledger/brokenLink.ts';
import { firstPrevious } from '../ledger/firstPrevious.ts';
import type { LedgerRow } from '../ledger/ledgerRow.ts';
import type { Sha256 } from '../ledger/sha256.ts';
import { linesOf } from './linesOf.ts';
import { readJson } from './readJson.ts';
import { Wrong } from './wrong.ts';

const hex = z.string().regex(/^[0-9a-f]{64}$/, 'is no hex SHA-256');
const place = { seq: z.int(), cycle: z.string(), at: z.string().regex(/^\d{4}-\d\d-\d\d$/, 'is no day') };
const link = { previous: hex, hash: hex };
const schema: z.ZodType<LedgerRow> = z.union([
  z.strictObject({ ...place, commitment: hex, ...link }),
  z.strictObject({ ...place, sealed: z.literal(true), ...link }),
]);

const FILE = 'ledger.ndjson';

/** Checks the chain from the frozen ballot's bytes to the seal; gives its rows, row `n` on line `n + 1`. Throws `Wrong`. */
export function checkLedger(sha256: Sha256, cycle: string, ballot: string, text: string, onEntry?: () => void): LedgerRow[] {
  const rows: LedgerRow[] = [];
  const first = firstPrevious(sha256, cycle, ballot);
  const lines = linesOf(text);
  let before: Before = { seq: 0, hash: first };
  for (const [index, line] of lines.entries()) {
    const row = readJson(schema, FILE, index + 1, line);
    const broken = brokenLink(sha256, cycle, before, row);
    if (broken && index === 0 && isWholeFrom(sha256, row, lines[1]))
      throw new Wrong('ballot.json', 1, 'is not the ballot on which the ledger stands');
    if (broken) throw new Wrong(FILE, index + 1, broken);
    rows.push(row);
    onEntry?.();
    before = 'sealed' in row ? { ...row, sealed: true } : row;
  }
  if (!before.sealed) throw new Wrong(FILE, rows.length + 1, 'the seal is missing');
  return rows;
}

/** The first entry holds by itself and the second stands on it: then what it stands on was changed. */
function isWholeFrom(sha256: Sha256, row: LedgerRow, next: string | undefined): boolean {
  const alone = brokenLink(sha256, row.cycle, { seq: 0, hash: row.previous }, row);
  if (alone !== undefined || next === undefined) return alone === undefined;
  const { cycle, previous } = readJson(schema, FILE, 2, next);
  return cycle === row.cycle && previous === row.hash;
}
