import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { loadVocabulary } from '../src/dialog/loadCatalogue.ts';
import { understand } from '../src/dialog/understand/understand.ts';
import { root } from '../src/store/files.ts';
import { quantile } from './load.ts';
import type { Row } from './row.ts';

const BALLOT = ['楼道扶手', '健身角', '社区花园', '路灯'].map((label, index) => ({ number: index + 1, label, cost: 30_000 }));
/** Each message is tried so often, so that other work of the machine does not count. */
const TIMES = 7;

/** How long it takes to understand each of the texts that residents would write, and the memory that the wordings take. */
export async function likeness(): Promise<Row[]> {
  const before = await kept();
  const vocabulary = loadVocabulary();
  const grown = (await kept()) - before;
  const texts: { text: string }[] = parse(readFileSync(join(root, 'test/dialog/understand/utterances.yaml'), 'utf8'));
  const fastest = texts.map(({ text }) =>
    Math.min(...Array.from({ length: TIMES }, () => timed(() => understand(text, undefined, BALLOT, vocabulary)))),
  );
  fastest.sort((a, b) => a - b);
  const p99 = quantile(fastest, 0.99);
  return [
    {
      work: 'a message without a command, understood by likeness',
      result: `p99 ${p99.toFixed(2)} ms`,
      reach: '< 1 ms',
      reached: p99 < 1,
      detail: `p50 ${quantile(fastest, 0.5).toFixed(2)} ms; ${texts.length} messages, of each the fastest of ${TIMES}`,
    },
    {
      work: 'memory of all words and wordings',
      result: `${grown.toFixed(1)} MB`,
      reach: '< 10 MB',
      reached: grown < 10,
      detail: 'heap and buffers after a collection, against before they were read',
    },
  ];
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The memory of this process, in MB. What benches before this one held goes only with the second collection, after what it closes is closed. */
async function kept(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  await sleep(100);
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_000_000;
}
