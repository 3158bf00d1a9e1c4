import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerIsolated } from '../../src/store/runIsolated.ts';

export type Asked = 'about' | 'throw' | 'long' | 'memory' | 'bytes' | 'crash';

export interface About {
  readonly pid: number;
  readonly priority: number;
  readonly settings: readonly string[];
}

/** Runs apart (`apart.test.ts`). */
answerIsolated(async ({ what }: { what: Asked }): Promise<About> => {
  if (what === 'throw') throw new Error('it cannot be done');
  if (what === 'long') await sleep(60_000);
  if (what === 'crash') process.kill(process.pid, 'SIGSEGV');
  const kept: string[][] = [];
  while (what === 'memory') kept.push(Array.from({ length: 10_000 }, (_, index) => `${kept.length} ${index}`));
  const bytes: Buffer[] = [];
  while (what === 'bytes' && bytes.length < 100) bytes.push(Buffer.alloc(10_000_000, 1));
  if (what === 'bytes') await sleep(10_000);
  return { pid: process.pid, priority: getPriority(), settings: Object.keys(process.env).toSorted() };
});
