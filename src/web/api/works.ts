import { stringify } from 'csv-stringify/sync';
import { type Request, Router } from 'express';
import { type AccountEntryRecord, type AccountRead, entriesBefore, entriesOf, publicAccount } from '../../fund/accounts/index.ts';
import { type CycleRecord, cycleForReaders } from '../../fund/cycles/index.ts';
import { publishedWorks, readDocument } from '../../fund/works/index.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal, wholeNumber } from '../errors.ts';
import { pageHeaders, sendDocument } from '../pageHeaders.ts';
import type { ReaderLimit } from '../readerLimit.ts';

/** Entries of an answer. */
const EACH = 1_000;

/** What becomes of the winners of a cycle, and its money, as anybody may know it: `/api/cycles/ID/works` and `/account`, and both as CSV. */
export function worksApi(world: World, readerLimit: ReaderLimit): Router {
  const cycleOf = async ({ params }: Request<{ id: string }>): Promise<CycleRecord> => {
    const cycle = await cycleForReaders(world)(params.id);
    if (!cycle) throw new Refusal(404, 'There is no cycle with this id.');
    return cycle;
  };
  const accountOf = async (cycle: string): Promise<AccountRead> => {
    const account = await publicAccount(cycle);
    if (!account) throw new Refusal(404, 'This cycle has no works yet: they begin once the result is there.');
    return account;
  };
  const read = async (cycle: CycleRecord) => {
    const [works, account] = await Promise.all([publishedWorks(cycle._id), accountOf(cycle._id)]);
    return works.map((work) => {
      const title = cycle.projects.find(({ number }) => number === work.number)?.title ?? '';
      const { granted = 0, own = 0, contracted = 0, paid = 0 } = account.works.find((sums) => sums.work === work.number) ?? {};
      const documents = work.documents.map(({ id, ...about }) => ({ address: `/c/${cycle.community}/documents/${id}`, ...about }));
      return { ...work, title, granted, own, contracted, paid, left: granted + own - paid, documents };
    });
  };

  return Router()
    .get(
      '/api/cycles/:id/works',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        response.json(await read(await cycleOf(request)));
      }),
    )
    .get(
      '/api/cycles/:id/works.csv',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const works = await read(await cycleOf(request));
        const rows = works.map(({ steps, contract, rating, ...work }) => ({
          ...work,
          ...{ ratings: rating?.count ?? '', mean: rating?.mean ?? '' },
          ...{ since: steps.at(-1)?.day ?? '', signed: contract?.day ?? '', until: contract?.until ?? '' },
        }));
        response.type('text/csv').send(stringify(rows, { header: true, columns: WORK_COLUMNS, bom: true, escape_formulas: true }));
      }),
    )
    .get(
      '/api/cycles/:id/account',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const before = wholeNumber(request, 'before', 1);
        const { _id } = await cycleOf(request);
        const [{ closed, works, ...sums }, newest] = await Promise.all([accountOf(_id), entriesBefore(_id, { before, limit: EACH })]);
        response.json({ ...sums, closed: closed ? { left: closed.left, at: closed.at } : null, works, newest: newest.map(entryRow) });
      }),
    )
    .get('/api/cycles/:id/account.csv', async (request, response) => {
      const cycle = await readerLimit.enter(async () => {
        const { _id } = await cycleOf(request);
        await accountOf(_id);
        return _id;
      });
      await readerLimit.send(response, linesOf(cycle), () => response.type('text/csv'));
    })
    .get(
      '/c/:slug/documents/:id',
      pageHeaders(),
      readerLimit.handler<{ slug: string; id: string }>(async ({ params: { slug, id } }, response) => {
        const found = await readDocument(world)(slug, id);
        if (!found) throw new Refusal(404, 'There is nothing at this address.');
        sendDocument(response, found);
      }),
    );
}

const WORK_COLUMNS = [
  ...['number', 'title', 'state', 'since', 'implementer', 'offers', 'signed', 'until', 'toBeMendedBy'],
  ...['granted', 'own', 'contracted', 'paid', 'left', 'news', 'ratings', 'mean'],
];

/** As the console's file has them, without who entered it: it can be imported there. */
const ENTRY_COLUMNS = ['entry', 'day', 'kind', 'work', 'amount', 'paper', 'reason', 'corrects'];

function entryRow({ _id, day, kind, work, amount, paper, reason, corrects }: AccountEntryRecord) {
  return {
    entry: _id.entry,
    day,
    kind,
    work: work ?? null,
    amount,
    paper: paper ?? null,
    reason: reason ? maskNumbers(reason) : null,
    corrects: corrects ?? null,
  };
}

async function* linesOf(cycle: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(stringify([ENTRY_COLUMNS], { bom: true }));
  for await (const some of entriesOf(cycle)) yield Buffer.from(stringify(some.map(entryRow), { columns: ENTRY_COLUMNS, escape_formulas: true }));
}
