import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as rest } from 'node:timers/promises';
import { parse } from 'yaml';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { encryptedProposal, nearestProposals, nearestTexts, Proposal } from '../../src/fund/proposals/index.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import type { World } from '../../src/store/world.ts';
import { benchCycle } from './benchCycle.ts';
import { withStore } from './outbox/withStore.ts';
import type { Place } from './place.ts';
import type { Row } from './row.ts';

const PROPOSALS = 10_000;
const LOOK_UPS = 1_000;
const SHOWN = 5;

/** How long it takes to find the proposals that look like one, among ten thousand; and how long others wait while these are indexed. */
export async function nearest({ uri }: Place): Promise<Row[]> {
  return withStore(uri('nearest'), async ({ world }) => {
    await fill(world);
    const before = process.memoryUsage();
    const began = performance.now();
    const longest = await longestPiece(() => nearestTexts(world)(CYCLE, ['路灯'], SHOWN));
    const built = performance.now() - began;
    const after = process.memoryUsage();
    const took: number[] = [];
    const used = process.cpuUsage();
    for (let look = 0; look < LOOK_UPS; look += 1) {
      const start = performance.now();
      await nearestProposals(world)(CYCLE, ((look * 7_919) % PROPOSALS) + 1, SHOWN);
      took.push(performance.now() - start);
    }
    const { user } = process.cpuUsage(used);
    const at = (share: number) => took.toSorted((a, b) => a - b)[Math.floor(took.length * share)] ?? Number.NaN;
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    return [
      {
        work: `the ${SHOWN} nearest of ${PROPOSALS.toLocaleString('en')} proposals`,
        result: `p99 ${at(0.99).toFixed(1)} ms`,
        reach: '< 20 ms',
        reached: at(0.99) < 20,
        detail: `p50 ${at(0.5).toFixed(1)} ms; ${(user / 1_000 / LOOK_UPS).toFixed(1)} ms of a processor each; ${LOOK_UPS.toLocaleString('en')} look-ups one after the other, the database's answers included`,
      },
      {
        work: `indexing ${PROPOSALS.toLocaleString('en')} proposals: the longest that other work waits`,
        result: `${longest.toFixed(1)} ms`,
        reach: '< 10 ms',
        reached: longest < 10,
        detail: `${(built / 1_000).toFixed(1)} s in all; ${(grown / 1_000_000).toFixed(0)} MB more, garbage included`,
      },
    ];
  });
}

const CYCLE = 'bench-2027';

async function fill({ vault }: World): Promise<void> {
  await collection(Cycle).insertOne(benchCycle('bench'));
  const wishes = ['alike', 'alike2'].flatMap((name) => {
    const file: { wishes: string[][]; others: string[] } = parse(readFileSync(join(root, `test/fund/proposals/${name}.yaml`), 'utf8'));
    return [...file.wishes.flat(), ...file.others];
  });
  const wish = (index: number) => wishes[index % wishes.length] ?? '';
  await collection(Proposal).insertMany(
    Array.from({ length: PROPOSALS }, (_, index) => {
      const _id = { cycle: CYCLE, number: index + 1 };
      const text = `${(index % 40) + 1}栋${wish(index * 31)}，${wish(index * 17 + 5)}`;
      return {
        ...{ _id, community: 'bench', at: new Date(), origin: 'paper', state: 'received', public: true, by: 'bench', history: [] },
        text: encryptedProposal(vault, _id, text),
      };
    }),
  );
}

/** The longest time between two rounds of the event loop while something is done, in milliseconds. */
async function longestPiece(work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let longest = 0;
  const done = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const start = performance.now();
    await rest();
    longest = Math.max(longest, performance.now() - start);
  }
  await done;
  return longest;
}
