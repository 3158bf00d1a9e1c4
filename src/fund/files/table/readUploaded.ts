import { answerIsolated } from '../../../store/runIsolated.ts';
import { readTable } from './readTable.ts';
import { rosterRows } from './rosterRows.ts';

/** Runs apart (`../importResidents.ts`, `../importAccount.ts`): reads what somebody uploaded. Of an account its rows are given as they are. */
answerIsolated(async ({ bytes, mostRows, of }: { bytes: Uint8Array; mostRows: number; of: 'roster' | 'account' }) => {
  const table = await readTable(bytes, mostRows);
  if (!('rows' in table)) return table;
  if (of === 'roster') return rosterRows(table);
  const [merged] = table.merged ?? [];
  return merged ? { refused: 'merged', params: { cell: merged.cell } } : table;
});
