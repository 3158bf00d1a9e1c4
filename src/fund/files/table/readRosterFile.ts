import { answerApart } from '../../../store/apart.ts';
import { readTable } from './readTable.ts';
import { rosterRows } from './rosterRows.ts';

/** Runs apart (`../importResidents.ts`): reads what somebody uploaded. */
answerApart(async ({ bytes, mostRows }: { bytes: Uint8Array; mostRows: number }) => {
  const table = await readTable(bytes, mostRows);
  return 'rows' in table ? rosterRows(table.rows) : table;
});
