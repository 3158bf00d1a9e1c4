import { stringify } from 'csv-stringify/sync';
import { Router } from 'express';
import type { z } from 'zod';
import { type AccountEntryRecord, type AccountRead, entriesBefore, entriesOf, publicAccount } from '../../fund/accounts/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import { publicDocument, publishedWorks } from '../../fund/works/index.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { pageHeaders, sendDocument } from '../pageHeaders.ts';
import type { ReaderLimit } from '../readerLimit.ts';
import { accountAnswer, worksAnswer } from './answers.ts';
import { cycleById } from './cycleById.ts';
import { type Declared, declared, wholeNumber } from './declared.ts';

/** Entries of an answer. */
const PAGE_SIZE = 1_000;

/** What becomes of the winners of a cycle, and its money, as anybody may know it: `/api/cycles/ID/works` and `/account`, and both as CSV. */
export function worksApi(world: World, paced: ReaderLimit): Declared[] {
  const accountOf = async (cycle: string): Promise<AccountRead> => {
    const account = await publicAccount(cycle);
    if (!account) throw new Refusal(404, NO_WORKS);
    return account;
  };
  const read = async (cycle: CycleRecord): Promise<z.output<typeof worksAnswer>> => {
    const [works, account] = await Promise.all([publishedWorks(cycle._id), accountOf(cycle._id)]);
    return works.map((work) => {
      const { title = '', titles } = cycle.projects.find(({ number }) => number === work.number) ?? {};
      const { granted = 0, own = 0, contracted = 0, paid = 0 } = account.works.find((sums) => sums.work === work.number) ?? {};
      const documents = work.documents.map(({ id, ...about }) => ({ address: `/c/${cycle.community}/documents/${id}`, ...about }));
      const titleEn = titles?.en && { titleEn: titles.en };
      return { ...work, steps: [...work.steps], title, ...titleEn, granted, own, contracted, paid, left: granted + own - paid, documents };
    });
  };
  const refuses = { 404: `There is no such cycle. Or: ${NO_WORKS}` };

  return [
    declared({
      path: '/api/cycles/{id}/works',
      says: 'The works that became of the winners, by number.',
      query: {},
      gives: { json: worksAnswer },
      refuses,
      paced,
      answer: async ({ id }, response) => void response.json(await read(await cycleById(world, id))),
    }),
    declared({
      path: '/api/cycles/{id}/works.csv',
      says: 'The same in rows.',
      query: {},
      gives: { type: 'text/csv' },
      refuses,
      paced,
      answer: async ({ id }, response) => {
        const works = await read(await cycleById(world, id));
        const rows = works.map(({ steps, contract, rating, ...work }) => ({
          ...work,
          ...{ ratings: rating?.count ?? '', mean: rating?.mean ?? '' },
          ...{ since: steps.at(-1)?.day ?? '', signed: contract?.day ?? '', until: contract?.until ?? '' },
        }));
        response.type('text/csv').send(stringify(rows, { header: true, columns: WORK_COLUMNS, bom: true, escape_formulas: true }));
      },
    }),
    declared({
      path: '/api/cycles/{id}/account',
      says: 'The cycle’s money in sums, and its newest 1,000 entries.',
      query: { before: wholeNumber('before', 1).describe('Only entries with lower numbers.') },
      gives: { json: accountAnswer },
      refuses,
      paced,
      answer: async ({ id, before }, response) => {
        const { _id } = await cycleById(world, id);
        const [{ closed, works, ...sums }, newest] = await Promise.all([accountOf(_id), entriesBefore(_id, { before, limit: PAGE_SIZE })]);
        response.json({ ...sums, closed: closed ? { left: closed.left, at: closed.at } : null, works, newest: newest.map(entryRow) });
      },
    }),
    declared({
      path: '/api/cycles/{id}/account.csv',
      says: 'All entries in their order, as the console takes them.',
      query: {},
      gives: { type: 'text/csv' },
      refuses,
      answer: async ({ id }, response) => {
        const cycle = await paced.enter(async () => {
          const { _id } = await cycleById(world, id);
          await accountOf(_id);
          return _id;
        });
        await paced.send(response, linesOf(cycle), () => response.type('text/csv'));
      },
    }),
  ];
}

const NO_WORKS = 'This cycle has no works yet: they begin once the result is there.';

/** `/c/SLUG/documents/ID`: a paper of a work that is for everybody. */
export function workDocuments(world: World, readerLimit: ReaderLimit): Router {
  return Router().get(
    '/c/:slug/documents/:id',
    pageHeaders(),
    readerLimit.handler<{ slug: string; id: string }>(async ({ params: { slug, id } }, response) => {
      const found = await publicDocument(world, slug, id);
      if (!found) throw new Refusal(404, 'There is nothing at this address.');
      sendDocument(response, found);
    }),
  );
}

const WORK_COLUMNS = [
  ...['number', 'title', 'titleEn', 'state', 'since', 'implementer', 'offers', 'signed', 'until', 'toBeMendedBy'],
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
