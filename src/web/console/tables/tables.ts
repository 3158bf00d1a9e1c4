import { type Request, Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import {
  closeTable,
  dropTablePicture,
  type Handing,
  keepTablePicture,
  markSlip,
  openTable,
  type ReadTable,
  readHelpers,
  readManyAssists,
  readMarks,
  readTablePictures,
  readTables,
  undoMark,
  validateTable,
} from '../../../fund/paper/index.ts';
import { checkView, findAtTable, residentAtTable } from '../../../fund/people/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import type { Mistakes } from '../frame.ts';
import { fileRoutes, type Listed } from '../list.ts';
import { pictureForms } from '../pictures.ts';
import { asked, numberOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { closePage, LONGEST_REASON, listPage, onePage, stateOf } from './tablePages.ts';

/** The marks that a table's page shows. */
const SHOWN = 10;
/** What a device noted so long before it sent it, in milliseconds, was handed in then; its clock need not be right. */
const AT_ONCE_MS = 5_000;

/** `…/tables`: tables at which slips are handed in, from the count of blank slips to the closing; one person handing in is a card, a slip, done. */
export function tableRoutes(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const currentOf = currentCycleForReaders(world);
  const helpersOf = readHelpers(world);
  const keep = keepTablePicture(world);
  const drop = dropTablePicture(world);
  const notify = enqueue(world);
  const at = (rest = '') => `/console/:slug/tables${rest}`;

  return Router()
    .use(fileRoutes(known, tableFiles(world)))
    .use(
      pictureForms(known, {
        path: at('/:number'),
        keep: async (visit, picture, caption) => keep({ ...(await which(visit)), picture, caption, actor: visit.doer('keepTablePicture') }),
        drop: async (visit, id, reason) => drop({ ...(await which(visit)), id, reason, actor: visit.doer('dropPicture') }),
        may: (visit) => visit.may('keepTablePicture'),
        lead: (visit) => visit.lead(`${visit.own}/tables/${numberOf(visit.request)}?done=pictured`),
        show: showOne,
      }),
    )
    .get(
      at(),
      ofCommunity((visit) => showList(visit, {}, 200)),
    )
    .post(
      at('/open'),
      ofCommunity(async (visit) => {
        const { request, own } = visit;
        const given = { place: cleanText(typed(request, 'place')), received: numberTyped(request, 'received'), other: typed(request, 'other') };
        const outcome = await openTable(world)({ cycle: await cycleOf(visit), ...given, actor: visit.doer('openTable') });
        if ('table' in outcome) return visit.lead(`${own}/tables/${outcome.table}`);
        const field = OPENING[outcome.refused];
        await showList(visit, mistakesOf(visit, outcome.refused, field), field ? 422 : 409);
      }),
    )
    .get(
      at('/:number'),
      ofCommunity((visit) => showOne(visit, {}, 200)),
    )
    .post(
      at('/:number/mark'),
      ofCommunity(async (visit) => {
        const { request, response, text, own } = visit;
        const number = numberOf(request);
        const serial = typed(request, 'serial');
        const person = personIn(request);
        const refuse = (reason: string) => {
          const isFound = reason === 'noPerson' && typed(request, 'q') !== ''; // there is no field for a card then
          return showOne(visit, mistakesOf(visit, reason, isFound ? undefined : MARKING[reason]), 422);
        };
        const isSent = request.accepts(['html', 'json']) === 'json';
        const isTwo = typed(request, 'resident') !== '' && typed(request, 'name') !== '';
        if (serial === '' && !isSent && !isTwo) {
          const isKnown = 'name' in person || (await residentAtTable(world, visit.community._id, person)) !== undefined;
          return isKnown ? showOne(visit, {}, 200) : refuse('noPerson');
        }
        const ago = Number(typed(request, 'ago'));
        const marking = {
          ...{ cycle: await cycleOf(visit), table: number, id: typed(request, 'id') || newId(), serial, person, other: typed(request, 'other') },
          ...(ago > AT_ONCE_MS && { at: new Date(visit.now.getTime() - ago) }),
          actor: visit.doer('markSlip'),
        };
        const outcome = isTwo ? { refused: 'twoPersons' as const } : await markSlip(world, notify)(marking);
        const done = 'marked' in outcome;
        if (isSent) {
          response.json({ done, text: done ? text.say('table.marked', { number: outcome.marked }) : text.say(`table.wrong.${outcome.refused}`) });
          return;
        }
        if (done) return visit.lead(`${own}/tables/${number}?done=marked&other=${encodeURIComponent(typed(request, 'other'))}`);
        await refuse(outcome.refused);
      }),
    )
    .post(
      at('/:number/undo'),
      ofCommunity(async (visit) => {
        const outcome = await undoMark(world, notify)({ cycle: await cycleOf(visit), id: typed(visit.request, 'id'), actor: visit.doer('undoMark') });
        if ('undone' in outcome) return visit.lead(`${visit.own}/tables/${numberOf(visit.request)}?done=undone`);
        await showOne(visit, mistakesOf(visit, outcome.refused), 409);
      }),
    )
    .get(
      at('/:number/close'),
      ofCommunity(async (visit) => showClosing(visit, {}, 200)),
    )
    .post(
      at('/:number/close'),
      ofCommunity(async (visit) => {
        const { request } = visit;
        const counts = { handedOut: numberTyped(request, 'handedOut'), spoiled: numberTyped(request, 'spoiled'), left: numberTyped(request, 'left') };
        const reason = cleanText(typed(request, 'reason', LONGEST_REASON));
        const outcome = await closeTable(world)({
          ...{ cycle: await cycleOf(visit), table: numberOf(request), ...counts, other: typed(request, 'other') },
          ...(reason && { reason }),
          actor: visit.doer('closeTable'),
        });
        if ('closed' in outcome) return visit.lead(`${visit.own}/tables/${numberOf(request)}?done=closed`);
        const field = outcome.refused === 'count' ? outcome.count : CLOSING[outcome.refused];
        await showClosing(visit, { reason, mistakes: mistakesOf(visit, outcome.refused, field) }, field ? 422 : 409);
      }),
    )
    .post(
      at('/:number/validate'),
      ofCommunity(async (visit) => {
        const incident = cleanText(typed(visit.request, 'incident', LONGEST_REASON));
        const outcome = await validateTable(world)({
          ...{ cycle: await cycleOf(visit), table: numberOf(visit.request) },
          ...(incident && { incident }),
          actor: visit.doer('validateTable'),
        });
        if ('validated' in outcome) return visit.lead(`${visit.own}/tables/${numberOf(visit.request)}?done=validated`);
        await showOne(visit, mistakesOf(visit, outcome.refused), 409);
      }),
    );

  async function showList(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    const cycle = await currentOf(visit.community._id, visit.now);
    const actor = visit.reader('table');
    const [tables, helpers, assists] = await Promise.all([
      cycle ? readTables(cycle._id, actor) : [],
      helpersOf(visit.community._id, actor),
      cycle && visit.may('validateTable') ? readManyAssists(cycle._id, visit.reader('logDetails')) : [],
    ]);
    await visit.send(visit.text.say('table.title'), listPage(visit, { tables, helpers, assists, mistakes }), { status, path: `${visit.own}/tables` });
  }

  async function showOne(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    const { request, text, own, community } = visit;
    const cycle = await cycleOf(visit);
    const actor = visit.reader('table');
    const q = asked(request, 'q') ?? (typed(request, 'q') || undefined);
    const table = await tableOf(visit, cycle);
    const [marks, helpers, found] = await Promise.all([
      readMarks(cycle, table.number, SHOWN, actor),
      helpersOf(community._id, actor),
      q ? findAtTable(world)(community._id, q, actor) : undefined,
    ]);
    const pictures = table.closed ? await readTablePictures({ community: community._id, cycle, table: table.number }, actor) : [];
    const page = onePage(visit, { table, pictures, marks, helpers, found, q, mistakes, newId: newId() });
    await visit.send(text.say('table.one', { number: table.number }), page, { status, path: `${own}/tables/${table.number}`, script: 'atTable' });
  }

  async function showClosing(visit: CommunityVisit, given: Parameters<typeof closePage>[1]['given'], status: number): Promise<void> {
    const table = await tableOf(visit, await cycleOf(visit));
    const helpers = await helpersOf(visit.community._id, visit.reader('table'));
    const title = visit.text.say('table.close');
    await visit.send(title, closePage(visit, { table, helpers, given }), {
      status,
      path: `${visit.own}/tables/${table.number}/close`,
      script: 'closing',
    });
  }

  async function tableOf(visit: CommunityVisit, cycle: string): Promise<ReadTable> {
    const number = numberOf(visit.request);
    const table = (await readTables(cycle, visit.reader('table'))).find((each) => each.number === number);
    if (!table) throw new Refusal(404, 'There is no such table.');
    return table;
  }

  async function which(visit: CommunityVisit) {
    return { community: visit.community._id, cycle: await cycleOf(visit), table: numberOf(visit.request) };
  }

  async function cycleOf({ community, now }: CommunityVisit): Promise<string> {
    const cycle = await currentOf(community._id, now);
    if (!cycle) throw new Refusal(404, 'No cycle has begun here.');
    return cycle._id;
  }

  function newId(): string {
    return world.randomBytes(12).toString('base64url');
  }
}

/** The fields that refusals are about; the others are about none. */
const OPENING: Readonly<Record<string, string>> = { place: 'place', count: 'received', noSecond: 'other', samePerson: 'other' };
const MARKING: Readonly<Record<string, string>> = {
  ...{ noPerson: 'card', noSecond: 'other', samePerson: 'other' },
  ...{ serial: 'serial', unknownSerial: 'serial', otherSlip: 'serial', oldBallot: 'serial', usedSerial: 'serial' },
};
const CLOSING: Readonly<Record<string, string>> = { reason: 'reason', noSecond: 'other', samePerson: 'other' };

function mistakesOf({ text }: CommunityVisit, refused: string, field = 'form'): Mistakes {
  return { [field]: text.say(`table.wrong.${refused}`) };
}

/** The tables of the current cycle with their counts, as their pages show them. */
function tableFiles(world: World): Listed<ReadTable> {
  return {
    ...{ name: 'tables', title: ({ text }) => text.say('table.title'), words: 'table', filters: {} },
    columns: ({ text: { say } }) => [
      { name: 'number', text: ({ number }) => number },
      { name: 'place', text: ({ place }) => place },
      { name: 'at', text: ({ opened }) => opened.at.toISOString() },
      { name: 'received', text: ({ opened }) => opened.received },
      { name: 'handedOut', text: ({ closed }) => closed?.handedOut ?? '' },
      { name: 'spoiled', text: ({ closed }) => closed?.spoiled ?? '' },
      { name: 'left', text: ({ closed }) => closed?.left ?? '' },
      { name: 'markedSlips', text: ({ marks }) => marks },
      { name: 'by', text: ({ opened, closed }) => [...new Set([...opened.by, ...(closed?.by ?? [])])].join('; ') },
      { name: 'reason', text: ({ closed }) => closed?.reason ?? '' },
      { name: 'became', text: (table) => say(`table.state.${stateOf(table)}`) },
      { name: 'incident', text: ({ validated }) => validated?.incident ?? '' },
    ],
    read: async (visit) => {
      const { community, now } = visit;
      checkView(visit.reader('table'), 'table', community._id);
      const cycle = await currentCycleForReaders(world)(community._id, now);
      return { rows: cycle ? await readTables(cycle._id, visit.reader('table')) : [], next: undefined };
    },
  };
}

/** Somebody found by name, a card, or somebody who asks to be put on the roster. */
function personIn(request: Request): Handing {
  const [resident = '', name = '', building = '', phone = ''] = ['resident', 'name', 'building', 'phone'].map((field) => typed(request, field));
  if (resident !== '') return { resident };
  return name !== '' ? { name, building, ...(phone && { phone }) } : { card: typed(request, 'card') };
}

/** -1, which nothing accepts, if it is none. */
function numberTyped(request: Request, name: string): number {
  const given = typed(request, name);
  return /^\d{1,6}$/.test(given) ? Number(given) : -1;
}
