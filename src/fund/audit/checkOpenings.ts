import * as z from 'zod';
import { commitment } from '../ledger/commitment.ts';
import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import { lastBallots } from '../ledger/lastBallots.ts';
import type { LedgerRow } from '../ledger/ledgerRow.ts';
import { refusePicks } from '../ledger/refusePicks.ts';
import type { Sha256 } from '../ledger/sha256.ts';
import { linesOf } from './linesOf.ts';
import { readJson } from './readJson.ts';
import { Wrong } from './wrong.ts';

const FILE = 'openings.ndjson';
const schema = z.strictObject({
  seq: z.int(),
  salt: z.string().regex(/^[0-9a-f]{32}$/, 'is no 16 bytes in hex'),
  voter: z.string().regex(/^[0-9a-f]{64}$/, 'is no pseudonym'),
  picks: z.array(z.int()),
});

/** Opens every commitment and counts the last ballot of each voter; gives the picks that count. Throws `Wrong`. */
export function checkOpenings(sha256: Sha256, ballot: FrozenBallot, rows: readonly LedgerRow[], text: string): number[][] {
  const lines = linesOf(text);
  const committed = rows.flatMap((row) => ('commitment' in row ? row : []));
  const opened = lines.map((line, index) => {
    const opening = readJson(schema, FILE, index + 1, line);
    const row = committed[index];
    if (opening.seq !== row?.seq) throw new Wrong(FILE, index + 1, `opens entry ${opening.seq}, ${row?.seq ?? 'none'} was to come`);
    if (commitment(sha256, opening) !== row.commitment) throw new Wrong(FILE, index + 1, `does not open the commitment of entry ${row.seq}`);
    const refused = opening.picks.length > 0 && refusePicks({ projects: ballot.projects, ...ballot.choices }, opening.picks);
    if (refused) throw new Wrong(FILE, index + 1, `the picks are no ballot (${refused.reason})`);
    return opening;
  });
  const missing = committed[opened.length];
  if (missing) throw new Wrong(FILE, opened.length + 1, `the opening of entry ${missing.seq} is missing`);
  return lastBallots(opened).map(({ picks }) => picks);
}
