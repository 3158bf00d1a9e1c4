import { answerApart } from '../../../store/apart.ts';
import { readTable } from './readTable.ts';
import { rosterRows } from './rosterRows.ts';

/** Runs apart (`../importResidents.ts`, `../importAccount.ts`): reads what somebody uploaded. Of an account dates are taken, too, and its rows are given as they are. */
answerApart(async ({ bytes, mostRows, of }: { bytes: Uint8Array; mostRows: number; of: 'roster' | 'account' }) => {
  const table = await readTable(bytes, mostRows, of === 'account');
  return of === 'roster' && 'rows' in table ? rosterRows(table.rows) : table;
});
