import { setTimeout as sleep } from 'node:timers/promises';
import { loadCatalogue } from '../src/dialog/loadCatalogue.ts';
import { type About, cardSheets, type Printed, printPdf, slipSheets } from '../src/print/index.ts';
import { pageText } from '../src/web/public/pageText.ts';
import { benchCommunity, benchCycle } from './benchCommunity.ts';
import { cpuOf, memoryOf } from './processUse.ts';
import type { Row } from './row.ts';

const COUNT = 1_000;
const SAMPLE_MS = 20;

/** How long a thousand cards and a thousand slips of ten projects take as PDF, and the memory that they take meanwhile. */
export async function print(): Promise<Row[]> {
  const about = await aboutBench();
  const digits = Array.from({ length: COUNT }, (_, index) => String(100_000_007 + index * 800_011));
  const cards = digits.map((card, id) => ({
    id: String(id),
    name: `王秀${String.fromCodePoint(0x4e00 + id)}`,
    building: `${id % 40}栋`,
    door: '',
    card,
  }));
  const serials = digits.map((each) => each.slice(1));
  return [
    await row('cards', cardSheets(cards, about)),
    await row(
      'slips of ten projects',
      slipSheets(serials, (serial) => serial, about),
    ),
  ];
}

async function aboutBench(): Promise<About> {
  const [community, cycle, now] = [benchCommunity('print', '+862880000001'), benchCycle('print'), new Date()];
  const catalogue = await loadCatalogue();
  const chosen = { language: 'zh-CN', byLink: false } as const;
  return {
    ...{ community, cycle, now, projects: cycle.projects },
    text: pageText('print', catalogue, chosen, now, community),
    page: pageText('page', catalogue, chosen, now, community),
  };
}

async function row(what: string, printed: Printed): Promise<Row> {
  const before = memoryOf(process.pid);
  let most = before;
  const done = new AbortController();
  const watching = watch(done.signal, () => {
    most = Math.max(most, memoryOf(process.pid));
  });
  const [start, cpu] = [performance.now(), cpuOf(process.pid)];
  const { length } = await printPdf(printed);
  const [seconds, used] = [(performance.now() - start) / 1_000, cpuOf(process.pid) - cpu];
  done.abort();
  await watching;
  const grown = most - before;
  return {
    work: `${COUNT.toLocaleString('en')} ${what} as PDF`,
    result: `${seconds.toFixed(1)} s, ${grown.toFixed(0)} MB`,
    reach: '< 10 s, < 200 MB',
    reached: seconds < 10 && grown < 200,
    detail: `${(used / 1e6).toFixed(1)} s of CPU; a file of ${(length / 1e6).toFixed(1)} MB; the memory is what this process and the one that draws took more at most`,
  };
}

async function watch(until: AbortSignal, look: () => void): Promise<void> {
  while (!until.aborted) {
    look();
    await sleep(SAMPLE_MS);
  }
}
