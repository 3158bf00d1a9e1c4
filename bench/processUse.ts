import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process and the processes that it has started hold in memory, in MB. Linux tells it. */
export function memoryOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(told(pid, 'status'))?.[1] ?? 0;
  const children = tasksOf(pid).flatMap((task) => told(pid, 'task', task, 'children').split(' ').filter(Boolean));
  return Number(kilobytes) / 1_024 + children.reduce((sum, child) => sum + memoryOf(Number(child)), 0);
}

/** User and system time in microseconds, of a process and of those that it had started and that have ended. Linux gives hundredths of a second. */
export function cpuOf(pid: number): number {
  const stat = told(pid, 'stat');
  const times = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return times.reduce((sum, hundredths) => sum + Number(hundredths) * 10_000, 0);
}

/** Its threads, any of which may have started processes. */
function tasksOf(pid: number): readonly string[] {
  return unlessEnded(() => readdirSync(`/proc/${pid}/task`)) ?? [];
}

function told(pid: number, ...path: readonly string[]): string {
  return unlessEnded(() => readFileSync(join('/proc', String(pid), ...path), 'utf8')) ?? '';
}

/** A process that has just ended says nothing. */
function unlessEnded<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return undefined;
    throw error;
  }
}
