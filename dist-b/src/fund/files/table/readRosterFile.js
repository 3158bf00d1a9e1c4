import { answerApart } from '../../../store/apart.js';
import { readTable } from './readTable.js';
import { rosterRows } from './rosterRows.js';
/** Runs apart (`../importResidents.ts`): reads what somebody uploaded. */
answerApart(async ({ bytes, mostRows }) => {
    const table = await readTable(bytes, mostRows);
    return 'rows' in table ? rosterRows(table.rows) : table;
});
