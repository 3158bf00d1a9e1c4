import { answerApart } from '../../../store/apart.js';
import { readTable } from './readTable.js';
/** Runs apart (`../importAccount.ts`): reads the rows of what somebody uploaded. */
answerApart(({ bytes, mostRows }) => readTable(bytes, mostRows, true));
