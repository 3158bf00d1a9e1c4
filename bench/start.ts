import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../src/store/files.ts';
import type { Place } from './place.ts';
import { demo, withServers } from './processes.ts';
import type { Row } from './row.ts';

/**
 * The time from the start of the compiled service to `/readyz` 200, with its own database: on an empty folder (the demo is imported), and again on
 * the same folder.
 */
export async function start({ folder, mongod }: Place): Promise<Row[]> {
  const once = () => withServers(async (started) => (await started(demo(folder('start'), mongod))).startMs);
  const first = await once();
  const second = await once();
  const compiling = `\`npm start\` compiles before that: ${seconds(compile(folder('compiled')))} s the first time, ${seconds(compile(folder('compiled')))} s when nothing changed`;
  return [row('first start to /readyz 200, the demo imported', first, compiling), row('second start, on the same data', second, compiling)];
}

function compile(folder: string): number {
  const started = performance.now();
  const outputs = ['--outDir', folder, '--tsBuildInfoFile', join(folder, '.tsbuildinfo')];
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json'), '--noCheck', ...outputs]);
  return performance.now() - started;
}

function row(work: string, took: number, detail: string): Row {
  return { work, result: `${seconds(took)} s`, reach: '< 3 s', reached: took < 3_000, detail };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}
