import { Router } from 'express';
import { z } from 'zod';
import {
  closeTable,
  dropTablePicture,
  handsIn,
  keepTablePicture,
  markSlip,
  openTable,
  type ReadTable,
  readTables,
  undoMark,
  validateTable,
} from '../../../fund/paper/index.ts';
import { checkRight } from '../../../fund/people/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import type { World } from '../../../store/world.ts';
import { routes } from '../../routes.ts';
import { type ActPage, actRoutes, doneAt, typedInto, whyNot } from '../actForm.ts';
import type { Mistakes, Tried } from '../frame.ts';
import { fileRoutes, type Listed, through } from '../list.ts';
import { numberOf } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import type { Person } from './handingIn.ts';
import { type TablePage, tablePage } from './tablePage.ts';
import { stateOf } from './tablePages.ts';

/** What a device noted so long before it sent it, in milliseconds, was handed in then; its clock need not be right. */
const AT_ONCE_MS = 5_000;

/** What the page's script says besides: how long ago it noted a slip, in milliseconds. */
const FROM_SCRIPT = z.object({ ago: z.coerce.number().catch(0) });

const PATH = '/console/:slug/tables';

/** `…/tables`: tables at which slips are handed in, from the count of blank slips to the closing; one person handing in is a card, a slip, done. */
export function tableRoutes(world: World, known: Visits): Router {
  const page = tablePage();
  return Router().use(fileRoutes(known, tableFiles()), openRoutes(known, page), markRoutes(world, known, page));
}

/** The list, where a table is opened, and one table, which is closed and validated. */
function openRoutes(known: Visits, { showList, showOne, showClosing, cycleOf }: TablePage): Router {
  const { ofCommunity } = known;
  const at = async (visit: CommunityVisit) => ({ cycle: await cycleOf(visit) });
  const onward: ActPage['onward'] = (visit, act) => visit.lead(doneAt(visit, `/tables/${numberOf(visit.request)}`, act));
  return routes()
    .use(
      actRoutes(known, [openTable], {
        ...{ at, show: showList },
        onward: (visit, _, result: { table?: number }) => visit.lead(`${visit.own}/tables/${result.table}`),
      }),
      actRoutes(known, [closeTable], { at, show: showClosing, onward }),
      actRoutes(known, [undoMark, validateTable, keepTablePicture, dropTablePicture], { at, show: showOne, onward }),
    )
    .page(PATH, ofCommunity, (visit) => showList(visit, {}, 200))
    .page(`${PATH}/:number`, ofCommunity, (visit) => showOne(visit, {}, 200))
    .page(`${PATH}/:number/close`, ofCommunity, (visit) => showClosing(visit, {}, 200));
}

/** A slip is handed in. */
function markRoutes(world: World, { ofCommunity }: Visits, { showOne, cycleOf }: TablePage): Router {
  return routes()
    .form(`${PATH}/:number/who`, ofCommunity, async (visit) => {
      const tried = triedIn(visit);
      const found = await whoIn(visit, tried.typed);
      const isRefused = 'refused' in found;
      if (isFromScript(visit)) visit.response.json(isRefused ? textOf(wrongOf(visit, tried, found)) : found);
      else if (isRefused) await showOne(visit, { ...tried, mistakes: wrongOf(visit, tried, found) }, 422);
      else await showOne(visit, tried, 200, { person: found });
    })
    .form(`${PATH}/:number/mark`, ofCommunity, async (visit) => {
      const { request, response, text, now } = visit;
      const tried = triedIn(visit);
      const place = { cycle: await cycleOf(visit), number: String(numberOf(request)) };
      const input = { ...tried.typed, id: tried.typed.id || visit.newKey() };
      if (isFromScript(visit)) {
        const { ago } = FROM_SCRIPT.parse(request.body);
        const at = ago > AT_ONCE_MS ? { at: new Date(now.getTime() - ago) } : {};
        const marked = await visit.perform(markSlip, { at: place, input: { ...input, ...at } });
        const isDone = marked.is === 'done';
        if (marked.is === 'refused' && marked.refused === 'tooManyCards') response.status(429); // the device keeps it, and tries again
        const told = isDone ? { text: text.say('table.marked', { number: marked.result.marked }) } : textOf(whyNot(visit, markSlip, marked, tried));
        response.json({ done: isDone, ...told });
        return;
      }
      const person = await whoIn(visit, tried.typed);
      if ('refused' in person) return showOne(visit, { ...tried, mistakes: wrongOf(visit, tried, person) }, 422);
      const { resident } = person;
      const marked = await visit.perform(markSlip, { at: place, input: { ...input, ...(resident !== undefined && { resident }) } });
      if (marked.is === 'done')
        return showOne(visit, tried, 200, { takenIn: { ...person, number: marked.result.marked, serial: marked.result.serial } });
      const stays = marked.is === 'refused' && markSlip.refusals[marked.refused] === 'other' ? { person } : {};
      await showOne(visit, { ...tried, mistakes: whyNot(visit, markSlip, marked, tried) }, 422, stays);
    })
    .page([`${PATH}/:number/who`, `${PATH}/:number/mark`], ofCommunity, async (visit) =>
      visit.lead(`${visit.own}/tables/${numberOf(visit.request)}`),
    );

  /** Whoever stands there: somebody on the roster, or by the name that they give. */
  async function whoIn(visit: CommunityVisit, given: Readonly<Record<string, string>>): Promise<Person | { readonly refused: string }> {
    const actor = visit.doer(markSlip);
    checkRight(actor, markSlip, visit.community._id);
    const { resident, card, name, building, phone } = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== ''));
    return handsIn(world, visit.community._id, { resident, card, name, building, phone }, actor);
  }
}

function triedIn(visit: CommunityVisit) {
  return { act: markSlip, at: `/tables/${numberOf(visit.request)}`, typed: typedInto(visit.request, markSlip) };
}

function wrongOf(visit: CommunityVisit, tried: Tried, { refused }: { readonly refused: string }): Mistakes {
  return whyNot(visit, markSlip, { is: 'refused', refused }, tried);
}

/** What the page's script shows. */
function textOf(mistakes: Mistakes): { readonly text: string } {
  return { text: Object.values(mistakes).join(' ') };
}

/** Whether the page's script asks, which shows the answer itself. */
function isFromScript({ request }: CommunityVisit): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

/** The tables of the current cycle with their counts, as their pages show them. */
function tableFiles(): Listed<ReadTable, PageKeyIn<'console', 'table'>> {
  return {
    name: 'tables',
    head: (column) => `table.${column}`,
    filters: {},
    columns: ({ text: { say } }) => [
      { name: 'number', text: ({ number }) => number },
      { name: 'place', text: ({ place }) => place },
      { name: 'at', text: ({ opened }) => opened.at.toISOString() },
      { name: 'received', text: ({ opened }) => opened.received },
      { name: 'handedOut', text: ({ closed }) => closed?.handedOut ?? '' },
      { name: 'spoiled', text: ({ closed }) => closed?.spoiled ?? '' },
      { name: 'left', text: ({ closed }) => closed?.left ?? '' },
      { name: 'markedSlips', text: ({ marks }) => marks },
      { name: 'datedBackSlips', text: ({ datedBack }) => datedBack },
      { name: 'by', text: ({ opened, closed }) => [...new Set([...opened.by, ...(closed?.by ?? [])])].join('; ') },
      { name: 'reason', text: ({ closed }) => closed?.reason ?? '' },
      { name: 'became', text: (table) => say(`table.state.${stateOf(table)}`) },
      { name: 'incident', text: ({ validated }) => validated?.incident ?? '' },
    ],
    read: through(readTables, async (ask, visit) => {
      const cycle = await visit.cycle();
      return { rows: cycle ? await ask(cycle._id) : [], next: undefined };
    }),
  };
}
