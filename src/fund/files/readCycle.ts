import { z } from 'zod';
import { readTime } from '../calendar/readTime.ts';
import { type CycleRecord, RULES } from '../records/cycle.ts';
import { STAGES, type Stage } from '../stage.ts';
import { fields } from './fields.ts';
import type { Problem } from './problem.ts';
import { readYaml, type YamlRead } from './readYaml.ts';

/** What `cycle.yaml` says of a cycle. */
export type CycleFile = Omit<CycleRecord, 'community' | 'moves' | 'frozen' | 'pseudonymKey' | 'sealedAt' | 'residentsAtClose' | 'importedAt'>;

/** Reads `cycle.yaml` (contract §7). Times are in the community's zone, `+14d` counts from `base`. */
export function readCycle(file: string, text: string, timezone: string, base: (id: string) => Date): YamlRead<CycleFile> {
  const { value, problems, problemAt } = readYaml(file, text, schema);
  if (!value) return { problems, problemAt };
  const { id, stages: dates, ...cycle } = value;
  const stages = STAGES.flatMap((stage) => {
    const date = dates[stage];
    return date === undefined ? [] : [{ stage, from: readTime(date, timezone, base(id)) }];
  });
  const found = [...stageProblems(stages, problemAt), ...projectProblems(value, problemAt)];
  const known = stages.flatMap(({ stage, from }) => (from ? [{ stage, from }] : []));
  return { ...(found.length === 0 && { value: { _id: id, ...cycle, stages: known } }), problems: found, problemAt };
}

const A_DATE = 'must be a date such as 2026-12-01, "2026-12-01T08:00" or +14d';

const project = fields.object({
  number: fields.whole(1, 9999),
  title: fields.text(200),
  short: fields.text(12).optional(),
  category: fields.text(30).optional(),
  cost: fields.whole(1),
  detail: fields.text(300).optional(),
});

const schema = fields.object({
  id: fields.id(),
  title: fields.text(200),
  budget: fields.whole(1),
  currency: z
    .string({ error: 'must be a currency such as CNY' })
    .regex(/^[A-Z]{3}$/, 'must be a currency such as CNY')
    .default('CNY'),
  rule: fields.oneOf(RULES),
  threshold: fields.whole(0).default(0),
  choices: fields.object({ min: fields.whole(1).default(1), max: fields.whole(1) }),
  stages: z.partialRecord(z.enum(STAGES), z.string({ error: A_DATE }), {
    error: ({ input }) => (input === undefined || input === null ? 'is missing' : 'must be a list of stages with dates'),
  }),
  projects: z.array(project, { error: 'must be a list of projects' }).default([]),
  lot: z.array(fields.whole(1, 9999), { error: 'must be a list of project numbers' }).optional(),
});

type ProblemAt = YamlRead<unknown>['problemAt'];

function stageProblems(stages: readonly { stage: Stage; from: Date | undefined }[], problemAt: ProblemAt): Problem[] {
  const last = stages.at(-1);
  if (!last) return [problemAt(['stages'], 'stages must have at least one stage')];
  const unread = stages.flatMap(({ stage, from }) => (from ? [] : [problemAt(['stages', stage], `stages.${stage} ${A_DATE}`)]));
  const disorder = stages.flatMap(({ stage, from }, index) => {
    const before = stages[index - 1];
    return before?.from && from && from <= before.from
      ? [problemAt(['stages', stage], `stages.${stage} must begin after stages.${before.stage}`)]
      : [];
  });
  const noClose = last.stage === 'vote' ? [problemAt(['stages', 'vote'], 'stages has none after vote, so the vote would never close')] : [];
  return [...unread, ...disorder, ...noClose];
}

function projectProblems({ projects, choices, lot }: Pick<CycleFile, 'projects' | 'choices' | 'lot'>, problemAt: ProblemAt): Problem[] {
  const numbers = projects.map(({ number }) => number);
  const doubled = numbers.flatMap((number, index) =>
    numbers.indexOf(number) < index ? [problemAt(['projects', index, 'number'], `projects.${index}.number ${number} is there twice`)] : [],
  );
  const limits = [
    ...(choices.min > choices.max ? [problemAt(['choices', 'max'], 'choices.max must not be less than choices.min')] : []),
    ...(projects.length > 0 && choices.max > projects.length
      ? [problemAt(['choices', 'max'], `choices.max must not be more than the ${projects.length} projects`)]
      : []),
  ];
  const isPermutation =
    !lot || (lot.length === numbers.length && new Set(lot).size === lot.length && lot.every((number) => numbers.includes(number)));
  return [...doubled, ...limits, ...(isPermutation ? [] : [problemAt(['lot'], 'lot must have every project number once')])];
}
