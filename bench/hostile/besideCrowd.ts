import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Effort } from '../effort.ts';
import { type Round, rounds } from '../rounds.ts';
import { median, type Row, spread } from '../row.ts';
import type { Work } from '../work.ts';
import type { CrowdOrder } from './crowd.ts';

const CONNECTIONS = 16;
/** Turns a second: far below what the service can take, so that the figure shows how long a turn waits. */
const RATE = 100;
/** Any other work of the machine changes a p99 for a moment, so this needs more rounds than other figures do. */
const MORE = 3;

/** The p99 of a turn beside a crowd, as a ratio to the p99 without it, in interleaved rounds: docs/contract.md: Limits, ≤ 1.5 ×. */
export async function besideCrowd(work: string, order: CrowdOrder, turns: Work, effort: Effort): Promise<Row> {
  const counts: Record<string, number> = {};
  const crowded: Work = async (connections, seconds) => {
    const beside = await withCrowd(order, () => turns(connections, seconds, RATE));
    for (const [what, count] of Object.entries(beside.counts)) counts[what] = (counts[what] ?? 0) + count;
    return beside.result;
  };
  const alone: Work = async (connections, seconds) => (await withCrowd({ port: order.port }, () => turns(connections, seconds, RATE))).result; // a crowd's process starts here, too, but it sends nothing
  const works = { alone, crowded };
  const measured = await rounds(works, { ...effort, rounds: effort.rounds * MORE, connections: CONNECTIONS });
  const ratios = measured.map(({ alone, crowded }) => crowded.p99 / alone.p99);
  const middle = (which: 'alone' | 'crowded', what: 'p50' | 'p99') =>
    median(measured.map((round: Round<'alone' | 'crowded'>) => round[which][what])).toFixed(1);
  const came = Object.entries(counts).map(([what, count]) => `${what}: ${count}`);
  return {
    work,
    result: `p99 × ${spread(ratios)}`,
    reach: '≤ 1.5 × without',
    reached: median(ratios) <= 1.5,
    detail: `p99 ${middle('crowded', 'p99')} against ${middle('alone', 'p99')} ms, p50 ${middle('crowded', 'p50')} against ${middle('alone', 'p50')} ms, ${RATE} turns a second; the crowd's answers by status: ${came.join(', ')}`,
  };
}

/** Runs beside a crowd, which is a process of its own. Gives the result and the statuses of the crowd's requests, with how many had each. */
async function withCrowd<Result>(order: CrowdOrder, work: () => Promise<Result>): Promise<{ result: Result; counts: Record<string, number> }> {
  const script = fileURLToPath(new URL('./crowd.ts', import.meta.url));
  const crowd = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(crowd.stdout)[Symbol.asyncIterator]();
  const ended = once(crowd, 'exit');
  let told = '{}';
  try {
    await lines.next();
    const result = await work();
    crowd.kill('SIGTERM');
    told = (await lines.next()).value ?? told;
    return { result, counts: JSON.parse(told) };
  } finally {
    crowd.kill('SIGTERM');
    await ended;
  }
}
