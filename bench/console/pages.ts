import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import writeExcelFile from 'write-excel-file/node';
import { CodedError } from '../../src/store/codedError.ts';
import type { Effort } from '../effort.ts';
import { phoneOf } from '../fill.ts';
import { firstByte } from '../firstByte.ts';
import type { Place } from '../place.ts';
import { pooled, type Sample } from '../pooled.ts';
import { fileServer, type Running, service, withServers } from '../processes.ts';
import { rounds } from '../rounds.ts';
import { median, type Row, spread } from '../row.ts';
import { isReceipt, vote } from '../spoken.ts';
import { untilFrozen } from '../untilFrozen.ts';
import { type Work, work } from '../work.ts';
import { fillOffice, INQUIRIES, PROPOSALS, RESIDENTS, STAFF } from './office.ts';

const CONNECTIONS = 16;
/** Turns a second beside which staff work, and their requests a second; one of so many is an act. */
const TURNS = 100;
const REQUESTS = 5;
const ACTS = 5;
const IMPORTED = 20_000;

/** The console of a big community: its pages against a static file; turns beside staff who work; the preview of an XLSX roster. */
export async function consolePages({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  const cookies = await fillOffice(uri('console'));
  const [cookie = ''] = cookies;
  const beside = folder('files');
  mkdirSync(beside);
  return withServers(async (started) => {
    const files = await started(fileServer(beside));
    const server = await started(service(uri('console'), folder('console')));
    await untilFrozen(uri('console'));
    const turns = work(server, vote(RESIDENTS), isReceipt);
    const taken = new Set<number>();
    const rows = [
      ...(await firstBytes(server, files, beside, cookie, effort)),
      ...(await besideStaff(server, cookies, taken, turns, effort)),
      ...(await importing(server, cookie, turns, effort)),
    ];
    await server.stop();
    const [alone, pages] = [
      await started(service(uri('console'), folder('console'), { ROLE: 'turns' })),
      await started(service(uri('console'), folder('console'), { ROLE: 'pages' })),
    ];
    const apart = work(alone, vote(RESIDENTS), isReceipt);
    return [
      ...rows,
      ...[...(await besideStaff(pages, cookies, taken, apart, effort)), ...(await importing(pages, cookie, apart, effort))].map(inOwnProcess),
    ];
  });
}

function inOwnProcess(row: Row): Row {
  return { ...row, work: `${row.work}, turns in a process of their own (ROLE)` };
}

/** Each page against a static file of its own size, which a bare server sends. */
async function firstBytes(server: Running, files: Running, folder: string, cookie: string, effort: Effort): Promise<Row[]> {
  const people = await rosterPage(server, cookie);
  const paths = { today: '/console/bench', people: `/console/bench/${people}`, inbox: '/console/bench/inbox' };
  const names = ['today', 'people', 'inbox'] as const;
  const sizes = { today: 0, people: 0, inbox: 0 };
  for (const name of names) {
    const page = Buffer.from(await bodyOf(server, paths[name], cookie));
    sizes[name] = page.length;
    writeFileSync(join(folder, `${name}.html`), page);
  }
  const reading =
    (from: Running, path: string): Work =>
    async (connections, seconds) => {
      const before = from.cpu();
      const measured = await firstByte(from.port, path, connections, seconds, { cookie });
      return { ...measured, cpu: (from.cpu() - before) / measured.count };
    };
  const works = {
    today: reading(server, paths.today),
    todayFile: reading(files, '/today.html'),
    people: reading(server, paths.people),
    peopleFile: reading(files, '/people.html'),
    inbox: reading(server, paths.inbox),
    inboxFile: reading(files, '/inbox.html'),
  };
  const measured = await rounds(works, { ...effort, connections: CONNECTIONS });
  const of = `${RESIDENTS.toLocaleString('en')} residents, ${PROPOSALS.toLocaleString('en')} proposals, ${INQUIRIES} inquiries, ${CONNECTIONS} connections`;
  return names.map((name): Row => {
    const file = `${name}File` as const;
    const ratios = measured.map((round) => round[name].p99 / round[file].p99);
    const middle = (which: typeof name | typeof file, what: 'p50' | 'p99' | 'cpu' | 'rate') => median(measured.map((round) => round[which][what]));
    return {
      work: `p99 to the first byte of the console's ${name === 'people' ? people : name}: ${of}`,
      result: `× ${spread(ratios)}, ${middle(name, 'p99').toFixed(0)} ms`,
      reach: '≤ 4 × a static file, < 80 ms',
      reached: median(ratios) <= 4 && middle(name, 'p99') < 80,
      detail: `p50 ${middle(name, 'p50').toFixed(1)} ms, ${middle(name, 'rate').toFixed(0)}/s, ${middle(name, 'cpu').toFixed(0)} µs of the server, ${(sizes[name] / 1_000).toFixed(0)} KB; a file of that size p99 ${middle(file, 'p99').toFixed(1)} ms, ${middle(file, 'cpu').toFixed(0)} µs of its server`,
    };
  });
}

/** The roster's list; the requests for membership if there is no such page yet. */
async function rosterPage({ port }: Running, cookie: string): Promise<'people' | 'requests'> {
  const { ok } = await fetch(`http://127.0.0.1:${port}/console/bench/people`, { headers: { cookie } });
  return ok ? 'people' : 'requests';
}

/**
 * Each of the staff reads page after page, and takes an inquiry or leaves it; `taken`: those that are. Turns beside them are compared with turns alone, and so are turns beside a
 * program that counts as often and as long: what these cores give a turn beside any other work.
 */
async function besideStaff(
  server: Running,
  cookies: readonly string[],
  taken: Set<number>,
  turns: ReturnType<typeof work>,
  { rounds: count, seconds }: Effort,
): Promise<Row[]> {
  const paths = ['', '/inbox', `/${await rosterPage(server, cookies[0] ?? '')}`, '/log', '/inbox/1', '/turnout'];
  const beside = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    let isOver = false;
    const one = async (cookie: string, index: number) => {
      await sleep((index * 1_000) / REQUESTS);
      for (let asked = index; !isOver; asked += 1) {
        if (asked % ACTS === 0) await takeOrLeave(server, cookie, index + 1, taken);
        else await bodyOf(server, `/console/bench${paths[asked % paths.length]}`, cookie);
        await sleep((STAFF * 1_000) / REQUESTS);
      }
    };
    const staff = cookies.map(one);
    const found = await run();
    isOver = true;
    await Promise.all(staff);
    return found;
  };
  const measure = async () => (await turns(8, seconds * 2, TURNS)).times;
  await beside(measure); // the pages are as warm as those of a service that has run for an hour
  const used = async (run: () => Promise<unknown>) => {
    const before = server.cpu();
    await run();
    return server.cpu() - before;
  };
  const rest = () => sleep(seconds * 2_000);
  const idle = await used(rest);
  const each = Math.max(0, (await used(() => beside(rest))) - idle) / (seconds * 2 * REQUESTS * 1_000);
  const samples: Sample[] = [];
  const counted: Sample[] = [];
  for (let round = 0; round < count; round += 1) {
    const before = round % 2 === 0 ? await measure() : undefined;
    const busy = await beside(measure);
    const counting = await besideCounting(each, measure);
    const without = before ?? (await measure());
    samples.push({ with: busy, without });
    counted.push({ with: counting, without });
  }
  const name = `p99 of ${TURNS} turns a second (\`投 3 7\`) while`;
  const detail = 'alternating which comes first';
  return [
    pooled(`${name} ${STAFF} staff work, ${REQUESTS} requests a second in all, each ${ACTS}th an act`, samples, 1.2, detail),
    {
      ...pooled(
        `${name} a program counts ${REQUESTS} times a second for ${each.toFixed(1)} ms, as long as a request of theirs takes the server`,
        counted,
        1.2,
        detail,
      ),
      reach: 'for comparison',
      reached: true,
    },
  ];
}

/** Runs beside a program that counts for so many milliseconds as often as staff ask for something. */
async function besideCounting<Result>(ms: number, run: () => Promise<Result>): Promise<Result> {
  const env = { ...process.env, BENCH_MS: String(ms), BENCH_EVERY_MS: String(1_000 / REQUESTS) };
  const counting = fork('bench/console/counting.ts', { execArgv: ['--import', 'tsx'], env });
  await once(counting, 'spawn');
  await sleep(1_000); // until it counts
  try {
    return await run();
  } finally {
    counting.disconnect();
    await once(counting, 'exit');
  }
}

/** Takes an inquiry, or leaves it if one has it; the log has an entry of each. */
async function takeOrLeave({ port }: Running, cookie: string, inquiry: number, taken: Set<number>): Promise<void> {
  const what = taken.has(inquiry) ? 'leave' : 'take';
  const path = `/console/bench/inbox/${inquiry}/${what}`;
  const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
  const sent = { method: 'POST', body: new URLSearchParams({ from: '' }), headers, redirect: 'manual' } as const;
  const { status } = await fetch(`http://127.0.0.1:${port}${path}`, sent);
  if (status !== 303) throw new CodedError('wrong-answer', `${path} answered ${status}.`);
  if (what === 'take') taken.add(inquiry);
  else taken.delete(inquiry);
}

async function importing(server: Running, cookie: string, turns: Work, { rounds: count, seconds }: Effort): Promise<Row[]> {
  const rows = Array.from({ length: IMPORTED }, (_, index) => [phoneOf(index), `居民${index}`, phoneOf(index), `${(index % 40) + 1}栋`]);
  const file = await writeExcelFile([['编号', '姓名', '手机', '楼号'], ...rows]).toBuffer();
  const took: number[] = [];
  const grown: number[] = [];
  const measured: { with: number; without: number }[] = [];
  for (let round = 0; round < count; round += 1) {
    const without = await turns(8, seconds * 2, TURNS);
    const before = server.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, server.rss());
    }, 25);
    const began = performance.now();
    const previewed = preview(server, cookie, file).then(() => took.push((performance.now() - began) / 1_000));
    const busy = await turns(8, seconds, TURNS);
    await previewed;
    clearInterval(watch);
    grown.push(most - before);
    measured.push({ with: busy.p99, without: without.p99 });
  }
  const work = `an XLSX roster of ${IMPORTED.toLocaleString('en')} rows, uploaded until its preview is shown`;
  const detail = `${(file.length / 1_000).toFixed(0)} KB; the process grew by at most ${Math.max(...grown).toFixed(0)} MB; ${TURNS} turns a second beside it`;
  return [
    { work, result: `${spread(took)} s`, reach: '< 5 s', reached: median(took) < 5, detail },
    { work: `${work}: memory`, result: `+ ${spread(grown)} MB`, reach: '< 150 MB', reached: median(grown) < 150, detail },
    compared(`p99 of ${TURNS} turns a second beside that`, measured, 2),
  ];
}

async function preview({ port }: Running, cookie: string, file: Buffer): Promise<void> {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(file)]), 'roster.xlsx');
  const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
  const answer = await fetch(`http://127.0.0.1:${port}/console/bench/people/import`, { method: 'POST', body, headers });
  if (!answer.ok || !(await answer.text()).includes('class="counts"')) throw new CodedError('wrong-answer', `The import answered ${answer.status}.`);
}

/** The p99 of turns beside something, as a ratio to that without it. */
export function compared(name: string, measured: readonly { readonly with: number; readonly without: number }[], most: number): Row {
  const ratios = measured.map((round) => round.with / round.without);
  const middle = (what: 'with' | 'without') => median(measured.map((round) => round[what])).toFixed(1);
  return {
    work: name,
    result: `× ${spread(ratios)}`,
    reach: `≤ ${most} ×`,
    reached: median(ratios) <= most,
    detail: `${middle('with')} against ${middle('without')} ms`,
  };
}

async function bodyOf({ port }: Running, path: string, cookie: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } });
  if (!answer.ok) throw new CodedError('wrong-answer', `${path} answered ${answer.status}.`);
  return answer.text();
}
