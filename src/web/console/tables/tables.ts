import { type Request, Router } from 'express';
import { phone as phoneIn } from '../../../contacts/phone.ts';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import {
  closeTable,
  dropTablePicture,
  type Handing,
  keepTablePicture,
  markSlip,
  openTable,
  type ReadTable,
  readTables,
  undoMark,
  validateTable,
} from '../../../fund/paper/index.ts';
import { checkRight, checkView, personAtTable } from '../../../fund/people/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { actRoutes, doneAt } from '../actForm.ts';
import type { Mistakes } from '../frame.ts';
import { fileRoutes, type Listed } from '../list.ts';
import { numberOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import type { Person } from './handingIn.ts';
import { type TablePage, tablePage } from './tablePage.ts';
import { LONGEST_REASON, stateOf } from './tablePages.ts';

/** What a device noted so long before it sent it, in milliseconds, was handed in then; its clock need not be right. */
const AT_ONCE_MS = 5_000;

const PATH = '/console/:slug/tables';

/** `…/tables`: tables at which slips are handed in, from the count of blank slips to the closing; one person handing in is a card, a slip, done. */
export function tableRoutes(world: World, known: Visits): Router {
  const page = tablePage(world);
  return Router().use(
    fileRoutes(known, tableFiles(world)),
    pictureRoutes(world, known, page),
    openRoutes(world, known, page),
    markRoutes(world, known, page),
    closeRoutes(world, known, page),
  );
}

/** The pictures of a table that is closed. */
function pictureRoutes(world: World, known: Visits, { showOne, cycleOf }: TablePage): Router {
  return actRoutes({ world, notify: enqueue(world) }, known, [keepTablePicture, dropTablePicture], {
    at: async (visit) => ({ cycle: await cycleOf(visit) }),
    onward: (visit, act) => visit.lead(doneAt(visit, `/tables/${numberOf(visit.request)}`, act)),
    show: (visit, tried, status) => showOne(visit, tried.mistakes ?? {}, status, { tried }),
  });
}

/** The list, where a table is opened, and one table. */
function openRoutes(world: World, { ofCommunity }: Visits, { showList, showOne, cycleOf }: TablePage): Router {
  return Router()
    .get(
      PATH,
      ofCommunity((visit) => showList(visit, {}, 200)),
    )
    .post(
      `${PATH}/open`,
      ofCommunity(async (visit) => {
        const { request, own } = visit;
        const given = { place: cleanText(typed(request, 'place')), received: numberTyped(request, 'received'), other: typed(request, 'other') };
        const outcome = await openTable(world, enqueue(world))({ cycle: await cycleOf(visit), ...given, actor: visit.doer('openTable') });
        if ('table' in outcome) return visit.lead(`${own}/tables/${outcome.table}`);
        const field = OPENING[outcome.refused];
        await showList(visit, mistakesOf(visit, outcome.refused, field), field ? 422 : 409);
      }),
    )
    .get(
      `${PATH}/:number`,
      ofCommunity((visit) => showOne(visit, {}, 200)),
    );
}

/** A slip is handed in, or was marked by mistake. */
function markRoutes(world: World, { ofCommunity }: Visits, { showOne, cycleOf, newId }: TablePage): Router {
  const notify = enqueue(world);
  const mark = markSlip(world, notify);
  const personOf = personAtTable(world);
  return Router()
    .post(
      `${PATH}/:number/who`,
      ofCommunity(async (visit) => {
        const found = await whoIn(visit);
        if (isFromScript(visit)) visit.response.json('refused' in found ? { text: visit.text.say(`table.wrong.${found.refused}`) } : found);
        else if ('refused' in found) await showOne(visit, mistakesOf(visit, found.refused, MARKING[found.refused]), 422);
        else await showOne(visit, {}, 200, { person: found });
      }),
    )
    .post(
      `${PATH}/:number/mark`,
      ofCommunity(async (visit) => {
        const { request, response, text } = visit;
        const given = {
          ...{ cycle: await cycleOf(visit), table: numberOf(request), id: typed(request, 'id') || newId(), serial: typed(request, 'serial') },
          ...{ other: typed(request, 'other'), actor: visit.doer('markSlip') },
        };
        if (isFromScript(visit)) {
          const ago = Number(typed(request, 'ago'));
          const at = ago > AT_ONCE_MS ? { at: new Date(visit.now.getTime() - ago) } : {};
          const person = personIn(visit);
          const outcome = 'refused' in person ? person : await mark({ ...given, ...at, person });
          const done = 'marked' in outcome;
          if (!done && outcome.refused === 'tooManyCards') response.status(429); // the device keeps it, and tries again
          response.json({ done, text: done ? text.say('table.marked', { number: outcome.marked }) : text.say(`table.wrong.${outcome.refused}`) });
          return;
        }
        const person = await whoIn(visit);
        const outcome = 'refused' in person ? person : await mark({ ...given, person: handingOf(person) });
        if ('marked' in outcome && !('refused' in person)) {
          return showOne(visit, {}, 200, { takenIn: { ...person, number: outcome.marked, serial: outcome.serial } });
        }
        const refused = 'refused' in outcome ? outcome.refused : 'noPerson';
        const stays = MARKING[refused] === 'other' && !('refused' in person) ? { person } : {};
        await showOne(visit, mistakesOf(visit, refused, MARKING[refused]), 422, stays);
      }),
    )
    .get(
      [`${PATH}/:number/who`, `${PATH}/:number/mark`],
      ofCommunity(async (visit) => visit.lead(`${visit.own}/tables/${numberOf(visit.request)}`)),
    )
    .post(
      `${PATH}/:number/undo`,
      ofCommunity(async (visit) => {
        const outcome = await undoMark(world, notify)({ cycle: await cycleOf(visit), id: typed(visit.request, 'id'), actor: visit.doer('undoMark') });
        if ('undone' in outcome) return visit.lead(`${visit.own}/tables/${numberOf(visit.request)}?done=undone`);
        await showOne(visit, mistakesOf(visit, outcome.refused), 409);
      }),
    );

  /** Whoever stands there: somebody on the roster, or by the name that they give. */
  async function whoIn(visit: CommunityVisit): Promise<Person | Extract<Awaited<ReturnType<typeof personOf>>, { refused: unknown }> | WrongPhone> {
    const person = personIn(visit);
    const actor = visit.doer('markSlip');
    checkRight(actor, 'markSlip', visit.community._id);
    return 'name' in person || 'refused' in person ? person : personOf(visit.community._id, person, actor);
  }
}

/** Whether the page's script asks, which shows the answer itself. */
function isFromScript({ request }: CommunityVisit): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

function handingOf({ resident, name, building = '', phone }: Person): Handing {
  return resident === undefined ? { name, building, ...(phone && { phone }) } : { resident };
}

/** A table is closed, and its counts are validated. */
function closeRoutes(world: World, { ofCommunity }: Visits, { showOne, showClosing, cycleOf }: TablePage): Router {
  return Router()
    .get(
      `${PATH}/:number/close`,
      ofCommunity(async (visit) => showClosing(visit, {}, 200)),
    )
    .post(
      `${PATH}/:number/close`,
      ofCommunity(async (visit) => {
        const { request } = visit;
        const counts = { handedOut: numberTyped(request, 'handedOut'), spoiled: numberTyped(request, 'spoiled'), left: numberTyped(request, 'left') };
        const reason = cleanText(typed(request, 'reason', LONGEST_REASON));
        const outcome = await closeTable(
          world,
          enqueue(world),
        )({
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
      `${PATH}/:number/validate`,
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
}

/** The fields that refusals are about; the others are about none. */
const OPENING: Readonly<Record<string, string>> = { place: 'place', count: 'received', noSecond: 'other', samePerson: 'other' };
/** The others are about the person and the slip together: both begin anew. */
const MARKING: Readonly<Record<string, string>> = { card: 'card', noPerson: 'card', tooManyCards: 'card', noSecond: 'other', samePerson: 'other' };
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
      { name: 'datedBackSlips', text: ({ datedBack }) => datedBack },
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

interface WrongPhone {
  readonly refused: 'phone';
}

/** Somebody found by name, a card, or somebody who asks to be put on the roster. */
function personIn({ request, community }: CommunityVisit): Handing | WrongPhone {
  const [resident = '', name = '', building = '', phone = ''] = ['resident', 'name', 'building', 'phone'].map((field) => typed(request, field));
  if (resident !== '') return { resident };
  if (name === '') return { card: typed(request, 'card') };
  const number = phone === '' ? undefined : phoneIn(phone, community.phone);
  if (phone !== '' && number === undefined) return { refused: 'phone' };
  return { name, building, ...(number && { phone: number }) };
}

/** -1, which nothing accepts, if it is none. */
function numberTyped(request: Request, name: string): number {
  const given = typed(request, name);
  return /^\d{1,6}$/.test(given) ? Number(given) : -1;
}
