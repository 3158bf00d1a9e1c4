import { isDeepStrictEqual } from 'node:util';
import { type Calendar, periods } from '../calendar/periods.ts';
import { voteOf } from '../calendar/voteOf.ts';
import type { CycleRecord } from '../records/cycle.ts';
import type { Problem } from './problem.ts';
import type { CycleFile } from './readCycle.ts';
import type { YamlRead } from './readYaml.ts';

/** What is known of a cycle when its file is imported. */
export interface Known {
  readonly now: Date;
  /** The cycle as it is, where it was imported before. */
  readonly before?: CycleRecord;
  /** Its vote has opened. */
  readonly isOpened: boolean;
  /** The community's other cycles. */
  readonly others: readonly CycleRecord[];
}

const FROZEN = ['title', 'budget', 'currency', 'rule', 'threshold', 'choices', 'projects'] as const;

/** What a cycle's file may not say now: once voting has opened the ballot is frozen, and dates up to the close change by `cycle extend` alone, in public. */
export function cycleProblems(file: CycleFile, problemAt: YamlRead<unknown>['problemAt'], { now, before, isOpened, others }: Known): Problem[] {
  const moves = before?.moves ?? [];
  const vote = voteOf({ stages: file.stages, moves });
  if (vote && vote.from <= now && file.projects.length === 0)
    return [problemAt(['stages', 'vote'], 'stages.vote has begun, and there are no projects to vote on')];
  if (!before || !isOpened) return besideVote({ stages: file.stages, moves }, problemAt, others, now);
  const frozen = FROZEN.flatMap((field) =>
    isDeepStrictEqual(plain(file[field]), plain(before[field]))
      ? []
      : [problemAt(changed(file, before, field), `${field} is frozen since voting opened, and would change`)],
  );
  const isLotChanged = file.lot !== undefined && !isDeepStrictEqual(file.lot, before.lot);
  const close = before.stages.findIndex(({ stage }) => stage === 'vote') + 1;
  const dates = before.stages.flatMap(({ stage, from }, index) => {
    const date = file.stages.find((given) => given.stage === stage);
    if (date?.from.getTime() === from.getTime()) return [];
    if (index <= close)
      return [problemAt(['stages', stage], `stages.${stage} is fixed since voting opened; the close is put off with: cycle extend`)];
    return from <= now ? [problemAt(['stages', stage], `stages.${stage} has begun, and since voting opened a cycle does not go back`)] : [];
  });
  const inserted = file.stages.flatMap(({ stage, from }) => {
    const last = before.stages[close];
    const isNew = !before.stages.some((known) => known.stage === stage);
    return isNew && last && from <= last.from
      ? [problemAt(['stages', stage], `stages.${stage} is new, and before the close no date changes since voting opened`)]
      : [];
  });
  return [...frozen, ...(isLotChanged ? [problemAt(['lot'], 'lot is frozen since voting opened, and would change')] : []), ...dates, ...inserted];
}

/** While one vote is open or not yet sealed no other cycle begins before its close: residents have one cycle at a time. */
function besideVote(cycle: Calendar, problemAt: YamlRead<unknown>['problemAt'], others: readonly CycleRecord[], now: Date): Problem[] {
  const [first] = periods(cycle);
  const open = others.find((other) => {
    const vote = voteOf(other);
    return first && vote && !other.sealedAt && vote.from <= now && first.from < vote.to;
  });
  if (!first || !open) return [];
  const what = `stages.${first.stage} begins while the vote of ${open._id} is open; begin it after the close`;
  return [problemAt(['stages', first.stage], what)];
}

/** The project that differs first, where it is one. */
function changed(file: CycleFile, before: CycleRecord, field: (typeof FROZEN)[number]): (string | number)[] {
  if (field !== 'projects') return [field];
  const index = file.projects.findIndex((project, index) => !isDeepStrictEqual(plain(project), plain(before.projects[index])));
  return index < 0 ? [field] : [field, index];
}

/** Without what is undefined, and in no order of keys: a record and a file are compared by what they say. */
function plain(value: unknown): unknown {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
