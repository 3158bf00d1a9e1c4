import { answerApart } from '../../../store/apart.ts';
import { readTable } from './readTable.ts';

/** Runs apart (`../importAccount.ts`): reads the rows of what somebody uploaded. */
answerApart(({ bytes, mostRows }: { bytes: Uint8Array; mostRows: number }) => readTable(bytes, mostRows, true));
