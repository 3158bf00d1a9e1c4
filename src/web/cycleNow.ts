import { periods } from '../fund/calendar/periods.ts';
import { stageAt } from '../fund/calendar/stageAt.ts';
import { turnout } from '../fund/ledger/turnout.ts';
import { onPublicList } from '../fund/proposals/onPublicList.ts';
import type { CycleRecord, Project, Rule } from '../fund/records/cycle.ts';
import { Proposal } from '../fund/records/proposal.ts';
import type { Stage } from '../fund/stage.ts';
import { forReaders } from '../store/readers.ts';
import type { World } from '../store/world.ts';

/** A cycle as `/api/cycles/current` tells it. Money in whole units, times in ISO 8601. */
export interface CycleNow {
  readonly id: string;
  readonly community: string;
  readonly title: string;
  readonly stage: Stage | null;
  readonly stages: Readonly<Partial<Record<Stage, { readonly from: string; readonly to: string | null }>>>;
  readonly budget: number;
  readonly currency: string;
  readonly rule: Rule;
  readonly choices: { readonly min: number; readonly max: number };
  readonly projects: readonly (Pick<Project, 'number' | 'title' | 'cost'> & { readonly category: string | null })[];
  readonly proposals: number;
  /** Null until the vote has closed: it would show that somebody voted again. */
  readonly ballots: number | null;
  readonly voters: number;
  readonly residents: number;
}

/** What anyone may know of a cycle at this moment; no count by project is in it. */
export async function cycleNow(world: World, cycle: CycleRecord): Promise<CycleNow> {
  const { _id: id, community, title, budget, currency, rule, choices, projects } = cycle;
  const now = world.now();
  const [{ ballots, voters, residents }, proposals] = await Promise.all([turnout(world)(id), forReaders(Proposal).countDocuments(onPublicList(id))]);
  const stages = periods(cycle).map(({ stage, from, to }) => [stage, { from: from.toISOString(), to: to?.toISOString() ?? null }]);
  return {
    id,
    community,
    title,
    stage: stageAt(cycle, now) ?? null,
    stages: Object.fromEntries(stages),
    budget,
    currency,
    rule,
    choices: { min: choices.min, max: choices.max },
    projects: projects.map(({ number, title, category, cost }) => ({ number, title, category: category ?? null, cost })),
    proposals,
    ballots,
    voters,
    residents,
  };
}
