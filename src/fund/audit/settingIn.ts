import type { LedgerRow } from '../ledger/ledgerRow.ts';
import type { Setting } from '../pabulib/cycleElection.ts';
import { linesOf } from './linesOf.ts';
import { Wrong } from './wrong.ts';

const FILE = 'cycle.pb';

/**
 * What `cycle.pb` says that no other file does, and has to be believed: the community, its country, and the vote's last day, which is not
 * before the ledger's last ballot. Its first day is that of the first entry. Throws `Wrong`.
 */
export function settingIn(text: string, rows: readonly LedgerRow[]): Setting {
  const lines = linesOf(text);
  const index = (key: string) => lines.findIndex((line) => line.startsWith(`${key};`));
  const cellOf = (key: string) => unquoted(lines[index(key)]?.slice(key.length + 1) ?? '');
  const from = rows.at(0)?.at ?? '';
  const last = rows.findLast((row) => 'commitment' in row)?.at ?? from;
  const [, day, month, year] = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(cellOf('date_end')) ?? [];
  const to = day ? `${year}-${month}-${day}` : last;
  if (to < last) throw new Wrong(FILE, index('date_end') + 1, `date_end is before the last ballot of the ledger, ${last}`);
  return { community: cellOf('unit'), country: cellOf('country'), from, to };
}

function unquoted(cell: string): string {
  return cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}
