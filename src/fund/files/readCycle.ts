import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readTime } from '../../store/wallTime.ts';
import { RULES } from '../ballots/tally/index.ts';
import {
  type Calendar,
  type CycleFile,
  type CycleRecord,
  HEARD_MS,
  type KnownCycle,
  LONGEST_KEYING_MS,
  MOST_ANNOUNCED,
  type Project,
  periods,
  STAGES,
  type Stage,
  slipsClose,
  voteOf,
  wrongTable,
} from '../cycles/index.ts';
import { checked, fields, readYaml, type Wrong, type YamlRead } from './readYaml.ts';

/** Reads `cycle.yaml` (docs/contract.md: Files). Times are in the community's zone; `+14d` counts from `base`. */
export function readCycle(file: string, text: string, timezone: string, base: (id: string) => Date): YamlRead<CycleFile> {
  const { problems, raw, problemAt } = readYaml(file, text, z.unknown());
  if (problems.length > 0) return { problems, problemAt };
  const { value, wrongs } = checkCycle(raw, timezone, base);
  return { ...(value && { value }), problems: wrongs.map(({ path, what }) => problemAt(path, what)), problemAt };
}

/** What is wrong with a cycle; `kind` if it is one of its dates. */
export interface CycleWrong extends Wrong {
  readonly kind?: 'date' | 'order' | 'noClose' | 'noProjects' | 'besideVote' | 'fixed' | 'slips' | 'tables' | 'atNight' | 'published';
}

/** Checks what a cycle's file, or a form in its place, gives. */
export function checkCycle(
  raw: unknown,
  timezone: string,
  base: (id: string) => Date,
): { readonly value?: CycleFile; readonly wrongs: readonly CycleWrong[] } {
  const { value, wrongs } = checked(raw, schema);
  const said = readable.safeParse(raw).data;
  if (!said) return { wrongs };
  const stages = STAGES.flatMap((stage) => {
    const date = said.stages[stage];
    return date === undefined ? [] : [{ stage, from: readTime(date, timezone, base(said.id)) }];
  });
  const found: CycleWrong[] = [...wrongs, ...stageProblems(stages), ...projectProblems(said)];
  if (value && stages.length === 0) found.push({ path: ['stages'], what: 'stages must have at least one stage' });
  if (!value || found.length > 0) return { wrongs: found };
  const { id, projects, paper, tables = [], ...cycle } = value;
  const known = stages.flatMap(({ stage, from }) => (from ? [{ stage, from }] : []));
  const until = paper && readTime(paper.until, timezone, base(id));
  const wrongUntil = paper && untilProblem(until, known);
  if (wrongUntil) return { wrongs: [wrongUntil] };
  const announced = tables.map(({ place, ...times }) => {
    const [from, to] = [times.from, times.to].map((time) => readTime(time, timezone, base(id)));
    return from && to && { place, from, to };
  });
  const unread = announced.flatMap((table, index) => (table ? [] : [wrong(['tables', index], `tables.${index}: from and to ${A_DATE}`, 'tables')]));
  if (unread.length > 0) return { wrongs: unread };
  const inOrder = announced.flatMap((table) => (table ? [table] : [])).toSorted((one, other) => one.from.getTime() - other.from.getTime());
  return {
    value: {
      _id: id,
      ...cycle,
      projects: projects.map(given),
      stages: known,
      ...(until && { paper: { until, ...(paper.key === 'atOnce' && { key: paper.key }) } }),
      ...(inOrder.length > 0 && { tables: inOrder }),
    },
    wrongs: [],
  };
}

/** The project without the keys that are undefined. */
function given({ short, titles, also, category, detail, place, due, ...needed }: z.output<typeof project>): Project {
  return {
    ...needed,
    ...(short && { short }),
    ...(titles?.en && { titles: { en: titles.en } }),
    ...(also?.length && { also }),
    ...(category && { category }),
    ...(detail && { detail }),
    ...(place && { place }),
    ...(due && { due }),
  };
}

/** A title of at most 24 characters of plain SMS: one other makes a whole text twice as long. */
function latin() {
  return fields.text(24).refine((text) => /^[\x20-\x7e]+$/.test(text), 'must be in plain Latin letters');
}

const A_DATE = 'must be a date such as 2026-12-01, "2026-12-01T08:00", +14d or +14dT20:00';

const project = fields.object({
  number: fields.whole(1, 9999),
  title: fields.text(60),
  short: fields.mayBe(fields.text(12)),
  titles: fields.mayBe(fields.object({ en: fields.mayBe(latin()) })),
  also: fields.mayBe(z.array(fields.text(20), { error: 'must be a list of words' }).max(10, 'must have 10 words at most')),
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
  tables: z
    .array(fields.object({ place: fields.text(60), from: z.string({ error: A_DATE }), to: z.string({ error: A_DATE }) }), {
      error: 'must be a list of tables',
    })
    .max(MOST_ANNOUNCED, `must have ${MOST_ANNOUNCED} tables at most`)
    .optional(),
  paper: fields.object({ until: z.string({ error: A_DATE }), key: fields.oneOf(['afterClose', 'atOnce']).default('afterClose') }).optional(),
});

/** The parts of a file with wrong lines that can be read, so that problems between its right lines are reported at once. */
const readable = z.object({
  id: z.string().catch(''),
  stages: z.record(z.string(), z.string().optional().catch(undefined)).catch({}),
  choices: z.object({ min: z.int().optional().catch(undefined), max: z.int().optional().catch(undefined) }).catch({}),
  projects: z.array(z.object({ number: z.int().optional().catch(undefined) }).catch({})).catch([]),
  lot: z.array(z.int()).optional().catch(undefined),
});
type Readable = z.output<typeof readable>;

function wrong(path: Wrong['path'], what: string, kind?: CycleWrong['kind']): CycleWrong {
  return { path, what, ...(kind && { kind }) };
}

function stageProblems(stages: readonly { stage: Stage; from: Date | undefined }[]): CycleWrong[] {
  const unread = stages.flatMap(({ stage, from }) => (from ? [] : [wrong(['stages', stage], `stages.${stage} ${A_DATE}`, 'date')]));
  const disorder = stages.flatMap(({ stage, from }, index) => {
    const before = stages[index - 1];
    return before?.from && from && from <= before.from
      ? [wrong(['stages', stage], `stages.${stage} must begin after stages.${before.stage}`, 'order')]
      : [];
  });
  const noClose =
    stages.at(-1)?.stage === 'vote' ? [wrong(['stages', 'vote'], 'stages has none after vote, so the vote would never close', 'noClose')] : [];
  return [...unread, ...disorder, ...noClose];
}

function untilProblem(until: Date | undefined, stages: readonly { readonly stage: Stage; readonly from: Date }[]): CycleWrong | undefined {
  const path = ['paper', 'until'];
  const close = stages[stages.findIndex(({ stage }) => stage === 'vote') + 1]?.from;
  if (!until) return wrong(path, `paper.until ${A_DATE}`, 'date');
  if (!close || !stages.some(({ stage }) => stage === 'vote')) return wrong(path, 'paper.until is for a cycle with a vote', 'slips');
  const after = until.getTime() - close.getTime();
  return after < 0 || after > LONGEST_KEYING_MS
    ? wrong(path, 'paper.until must be at most 72 hours after the close, and not before it', 'slips')
    : undefined;
}

function projectProblems({ projects, choices: { min = 1, max = min }, lot }: Readable): CycleWrong[] {
  const numbers = projects.map(({ number }) => number);
  const doubled = numbers.flatMap((number, index) =>
    number !== undefined && numbers.indexOf(number) < index
      ? [wrong(['projects', index, 'number'], `projects.${index}.number ${number} is there twice`)]
      : [],
  );
  const limits = [
    ...(min > max ? [wrong(['choices', 'max'], 'choices.max must not be less than choices.min')] : []),
    ...(projects.length > 0 && min > projects.length
      ? [wrong(['choices', 'min'], `choices.min must not be more than the ${projects.length} projects`)]
      : []),
  ];
  const isPermutation =
    !lot ||
    numbers.includes(undefined) ||
    (lot.length === numbers.length && new Set(lot).size === lot.length && lot.every((number) => numbers.includes(number)));
  return [...doubled, ...limits, ...(isPermutation ? [] : [wrong(['lot'], 'lot must have every project number once')])];
}

/** The facts known of a cycle, and the community's other cycles, when the cycle's file is imported. */
export interface Known extends KnownCycle {
  /** The community's other cycles. */
  readonly others: readonly CycleRecord[];
}

/** What is known of the cycle with an id. `cycles`: the community's. A vote that is about to open counts as open: nothing could hold it back any more. */
export function knownCycle(cycles: readonly CycleRecord[], id: string, now: Date): Known {
  const before = cycles.find(({ _id }) => _id === id);
  return {
    ...{
      now,
      isOpened: before !== undefined && hasOpened(before, new Date(now.getTime() + HEARD_MS)),
      others: cycles.filter(({ _id }) => _id !== id),
    },
    ...(before && { before }),
  };
}

function hasOpened(cycle: CycleRecord, now: Date): boolean {
  const vote = voteOf(cycle, now);
  return cycle.frozen !== undefined || (vote !== undefined && vote.from <= now);
}

const FROZEN = ['title', 'budget', 'currency', 'rule', 'threshold', 'choices', 'projects'] as const;

/** The problems of a cycle's file that depend on the moment: once voting has opened the ballot is frozen, and dates up to the close change only by `cycle extend`, in public. */
export function cycleProblems(file: CycleFile, { now, before, isOpened, others }: Known): CycleWrong[] {
  const calendar = { stages: file.stages, moves: before?.moves ?? [], holds: before?.holds ?? [] };
  const vote = voteOf(calendar, now);
  if (vote && vote.from <= now && file.projects.length === 0)
    return [wrong(['stages', 'vote'], 'stages.vote has begun, and there are no projects to vote on', 'noProjects')];
  const tables = isDeepStrictEqual([file.tables, file.stages], [before?.tables, before?.stages])
    ? []
    : tableProblems(file, voteOf({ ...calendar, holds: [] }, now));
  if (!before || !isOpened) return [...tables, ...besideVote(calendar, others, now)];
  const frozen = FROZEN.flatMap((field) =>
    isDeepStrictEqual(plain(file[field]), plain(before[field]))
      ? []
      : [wrong(changed(file, before, field), `${field} is frozen since voting opened, and would change`)],
  );
  const isLotChanged = file.lot !== undefined && !isDeepStrictEqual(file.lot, before.lot);
  const close = before.stages.findIndex(({ stage }) => stage === 'vote') + 1;
  const dates = before.stages.flatMap(({ stage, from }, index) => {
    const date = file.stages.find((given) => given.stage === stage);
    if (date?.from.getTime() === from.getTime()) return [];
    if (index <= close)
      return [wrong(['stages', stage], `stages.${stage} is fixed since voting opened; the close is put off with: cycle extend`, 'fixed')];
    return from <= now ? [wrong(['stages', stage], `stages.${stage} has begun, and since voting opened a cycle does not go back`, 'fixed')] : [];
  });
  const inserted = file.stages.flatMap(({ stage, from }) => {
    const last = before.stages[close];
    const isNew = !before.stages.some((known) => known.stage === stage);
    return isNew && last && from <= last.from
      ? [wrong(['stages', stage], `stages.${stage} is new, and before the close no date changes since voting opened`, 'fixed')]
      : [];
  });
  const isUntilChanged = file.paper?.until.getTime() !== before.paper?.until.getTime();
  const until = isUntilChanged
    ? [wrong(['paper', 'until'], 'paper.until is fixed since voting opened; it is put off with: cycle extend --slips', 'fixed')]
    : [];
  return [
    ...frozen,
    ...until,
    ...(file.paper?.key === before.paper?.key ? [] : [wrong(['paper', 'key'], 'paper.key is fixed since voting opened', 'fixed')]),
    ...(isLotChanged ? [wrong(['lot'], 'lot is frozen since voting opened, and would change')] : []),
    ...dates,
    ...inserted,
    ...tables,
  ];
}

const WRONG_TABLE = {
  noVote: 'is for a cycle with a vote',
  order: 'must end after it begins',
  outside: 'must lie within the vote',
} as const;

function tableProblems({ tables = [] }: CycleFile, vote: ReturnType<typeof voteOf>): CycleWrong[] {
  return tables.flatMap((table, index) => {
    const why = wrongTable(table, vote);
    return why ? [wrong(['tables', index], `tables.${index} (${table.place}) ${WRONG_TABLE[why]}`, 'tables')] : [];
  });
}

/** While one vote is open or not yet sealed, no other cycle may begin before its slips are closed: residents have one cycle at a time. */
function besideVote(cycle: Calendar, others: readonly CycleRecord[], now: Date): CycleWrong[] {
  const [first] = periods(cycle, now);
  const open = others.find((other) => {
    const [vote, until] = [voteOf(other, now), slipsClose(other, now)];
    return first && vote && until && !other.sealedAt && vote.from <= now && first.from < until;
  });
  if (!first || !open) return [];
  const what = `stages.${first.stage} begins while the vote of ${open._id} is open; begin it after the close`;
  return [wrong(['stages', first.stage], what, 'besideVote')];
}

/** The path of the first project that differs, if the field is the projects; else of the field. */
function changed(file: CycleFile, before: CycleRecord, field: (typeof FROZEN)[number]): (string | number)[] {
  if (field !== 'projects') return [field];
  const index = file.projects.findIndex((project, index) => !isDeepStrictEqual(plain(project), plain(before.projects[index])));
  return index < 0 ? [field] : [field, index];
}

/** The value without undefined keys and without an order of keys, so that a record and a file are compared by their content. */
function plain(value: unknown): unknown {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
