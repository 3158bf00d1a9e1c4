import {
  type ReadTable,
  readHelpers,
  readManyAssists,
  readMarks,
  readOneTable,
  readTablePictures,
  readTables,
  validateTable,
} from '../../../fund/paper/index.ts';
import { findAtTable } from '../../../fund/people/index.ts';
import { Refusal } from '../../errors.ts';
import type { Tried } from '../frame.ts';
import { asked, numberOf } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import type { Person, TakenIn } from './handingIn.ts';
import { closePage, listPage, onePage } from './tablePages.ts';

/** The marks that a table's page shows. */
const SHOWN = 10;
/** Without scripts a person who was left alone is gone after so many seconds; digits are typed by hand then. */
const ALONE_S = 60;

export type TablePage = ReturnType<typeof tablePage>;

/** Shows the list of tables, one of them, and what is counted as it closes. */
export function tablePage() {
  return { showList, showOne, showClosing, cycleOf };

  async function showList(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const cycle = await visit.cycle();
    const [tables, helpers, assists] = await Promise.all([
      cycle ? visit.read(readTables, cycle._id) : [],
      visit.read(readHelpers, 'atTable'),
      cycle && visit.may(validateTable) ? visit.read(readManyAssists, cycle._id) : [],
    ]);
    await visit.send(visit.text.say('table.title'), listPage(visit, { tables, helpers, assists, tried }), { status, path: `${visit.own}/tables` });
  }

  async function showOne(
    visit: CommunityVisit,
    tried: Tried,
    status: number,
    { person, takenIn }: { readonly person?: Person; readonly takenIn?: TakenIn } = {},
  ): Promise<void> {
    const { request, text, own } = visit;
    const cycle = await cycleOf(visit);
    const q = asked(request, 'q');
    const table = await tableOf(visit, cycle);
    const [marks, helpers, found] = await Promise.all([
      visit.read(readMarks, cycle, table.number, SHOWN),
      visit.read(readHelpers, 'atTable'),
      q && !person && !takenIn ? visit.read(findAtTable, q) : undefined,
    ]);
    const pictures = table.closed ? await visit.read(readTablePictures, { cycle, table: table.number }) : [];
    const page = onePage(visit, { table, pictures, marks, helpers, found, q: found && q, tried, person, takenIn });
    await visit.send(text.say('table.one', { number: table.number }), page, {
      ...{ status, path: `${own}/tables/${table.number}`, script: 'atTable' },
      ...(person && { reloadsIn: ALONE_S }),
    });
  }

  async function showClosing(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const table = await tableOf(visit, await cycleOf(visit));
    const helpers = await visit.read(readHelpers, 'atTable');
    const title = visit.text.say('table.close');
    await visit.send(title, closePage(visit, { table, helpers, tried }), {
      status,
      path: `${visit.own}/tables/${table.number}/close`,
      script: 'closing',
    });
  }

  async function tableOf(visit: CommunityVisit, cycle: string): Promise<ReadTable> {
    const table = await visit.read(readOneTable, cycle, numberOf(visit.request));
    if (!table) throw new Refusal(404, 'There is no such table.');
    return table;
  }

  async function cycleOf(visit: CommunityVisit): Promise<string> {
    const cycle = await visit.cycle();
    if (!cycle) throw new Refusal(404, 'No cycle has begun here.');
    return cycle._id;
  }
}
