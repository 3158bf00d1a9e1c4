import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CrowdOrder } from './crowd.ts';

/** Runs beside a crowd, which is a process of its own. Gives the result and the statuses of the crowd's requests, with how many had each. */
export async function withCrowd<Result>(order: CrowdOrder, work: () => Promise<Result>): Promise<{ result: Result; counts: Record<string, number> }> {
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
