import type { CycleRecord } from '../../src/fund/records/cycle.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A community's cycle, in the second day of its vote: ten projects, up to three picks. */
export function benchCycle(slug: string): CycleRecord {
  return {
    _id: `${slug}-2027`,
    community: slug,
    title: 'bench',
    budget: 300_000,
    currency: 'CNY',
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 3 },
    stages: [
      { stage: 'vote', from: new Date(Date.now() - DAY_MS) },
      { stage: 'implement', from: new Date(Date.now() + 10 * DAY_MS) },
    ],
    moves: [],
    projects: Array.from({ length: 10 }, (_, index) => ({ number: index + 1, title: `项目${index + 1}`, cost: 10_000 * (index + 1) })),
  };
}
