import { z } from 'zod';
import { readTime } from '../calendar/readTime.ts';
import { type CycleRecord, type Project, RULES } from '../records/cycle.ts';
import { STAGES, type Stage } from '../stage.ts';
import { fields } from './fields.ts';
import type { Problem } from './problem.ts';
import { readYaml, type YamlRead } from './readYaml.ts';

/** What `cycle.yaml` says of a cycle. */
export type CycleFile = Omit<CycleRecord, 'community' | 'moves' | 'frozen' | 'pseudonymKey' | 'sealedAt' | 'residentsAtClose' | 'importedAt'>;

/** Reads `cycle.yaml` (contract §7). Times are in the community's zone, `+14d` counts from `base`. */
export function readCycle(file: string, text: string, timezone: string, base: (id: string) => Date): YamlRead<CycleFile> {
  const { value, problems, raw, problemAt } = readYaml(file, text, schema);
  const said = readable.safeParse(raw).data;
  if (!said) return { problems, problemAt };
  const stages = STAGES.flatMap((stage) => {
    const date = said.stages[stage];
    return date === undefined ? [] : [{ stage, from: readTime(date, timezone, base(said.id)) }];
  });
  const found = [...problems, ...stageProblems(stages, problemAt), ...projectProblems(said, problemAt)];
  if (value && stages.length === 0) found.push(problemAt(['stages'], 'stages must have at least one stage'));
  if (!value || found.length > 0) return { problems: found, problemAt };
  const { id, projects, ...cycle } = value;
  const known = stages.flatMap(({ stage, from }) => (from ? [{ stage, from }] : []));
  return { value: { _id: id, ...cycle, projects: projects.map(given), stages: known }, problems: [], problemAt };
}

/** Without the keys that say nothing. */
function given({ short, category, detail, place, due, ...needed }: z.output<typeof project>): Project {
  return {
    ...needed,
    ...(short && { short }),
    ...(category && { category }),
    ...(detail && { detail }),
    ...(place && { place }),
    ...(due && { due }),
  };
}

const A_DATE = 'must be a date such as 2026-12-01, "2026-12-01T08:00", +14d or +14dT20:00';

const project = fields.object({
  number: fields.whole(1, 9999),
  title: fields.text(200),
  short: fields.mayBe(fields.text(12)),
  category: fields.mayBe(fields.text(30)),
  cost: fields.whole(1),
  detail: fields.mayBe(fields.text(300)),
  place: fields.mayBe(fields.text(60)),
  due: fields.mayBe(fields.month()),
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
  threshold: fields.whole(0).default(1),
  choices: fields.object({ min: fields.whole(1).default(1), max: fields.whole(1) }),
  stages: z.partialRecord(z.enum(STAGES), z.string({ error: A_DATE }), {
    error: ({ input }) => (input === undefined || input === null ? 'is missing' : 'must be a list of stages with dates'),
  }),
  projects: z.array(project, { error: 'must be a list of projects' }).default([]),
  lot: z.array(fields.whole(1, 9999), { error: 'must be a list of project numbers' }).optional(),
});

/** What can be read of a file with wrong lines, so that what is wrong between its right ones is told at once. */
const readable = z.object({
  id: z.string().catch(''),
  stages: z.record(z.string(), z.string().optional().catch(undefined)).catch({}),
  choices: z.object({ min: z.int().optional().catch(undefined), max: z.int().optional().catch(undefined) }).catch({}),
  projects: z.array(z.object({ number: z.int().optional().catch(undefined) }).catch({})).catch([]),
  lot: z.array(z.int()).optional().catch(undefined),
});
type Readable = z.output<typeof readable>;

type ProblemAt = YamlRead<unknown>['problemAt'];

function stageProblems(stages: readonly { stage: Stage; from: Date | undefined }[], problemAt: ProblemAt): Problem[] {
  const unread = stages.flatMap(({ stage, from }) => (from ? [] : [problemAt(['stages', stage], `stages.${stage} ${A_DATE}`)]));
  const disorder = stages.flatMap(({ stage, from }, index) => {
    const before = stages[index - 1];
    return before?.from && from && from <= before.from
      ? [problemAt(['stages', stage], `stages.${stage} must begin after stages.${before.stage}`)]
      : [];
  });
  const noClose = stages.at(-1)?.stage === 'vote' ? [problemAt(['stages', 'vote'], 'stages has none after vote, so the vote would never close')] : [];
  return [...unread, ...disorder, ...noClose];
}

function projectProblems({ projects, choices: { min = 1, max = min }, lot }: Readable, problemAt: ProblemAt): Problem[] {
  const numbers = projects.map(({ number }) => number);
  const doubled = numbers.flatMap((number, index) =>
    number !== undefined && numbers.indexOf(number) < index
      ? [problemAt(['projects', index, 'number'], `projects.${index}.number ${number} is there twice`)]
      : [],
  );
  const limits = [
    ...(min > max ? [problemAt(['choices', 'max'], 'choices.max must not be less than choices.min')] : []),
    ...(projects.length > 0 && min > projects.length
      ? [problemAt(['choices', 'min'], `choices.min must not be more than the ${projects.length} projects`)]
      : []),
  ];
  const isPermutation =
    !lot ||
    numbers.includes(undefined) ||
    (lot.length === numbers.length && new Set(lot).size === lot.length && lot.every((number) => numbers.includes(number)));
  return [...doubled, ...limits, ...(isPermutation ? [] : [problemAt(['lot'], 'lot must have every project number once')])];
}
