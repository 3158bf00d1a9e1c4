import * as z from 'zod';
import type { FrozenBallot } from '../../cycles/index.ts';
import type { Results } from '../ledger/results.ts';
import { RULES } from '../tally/tally.ts';

const amount = z.int().nonnegative();
/** `ballot.json`. */
export const ballotSchema = z.strictObject({
  cycle: z.string(),
  title: z.string(),
  budget: amount,
  currency: z.string(),
  rule: z.enum(RULES),
  threshold: amount,
  choices: z.strictObject({ min: amount, max: amount }),
  projects: z.array(
    z.strictObject({
      number: z.int(),
      title: z.string(),
      short: z.string().optional(),
      titles: z.strictObject({ en: z.string().optional() }).optional(),
      category: z.string().optional(),
      cost: amount,
      detail: z.string().optional(),
      place: z.string().optional(),
      due: z.string().optional(),
    }),
  ),
  lot: z.array(z.int()),
});

/** Reads `ballot.json`; throws `AuditError` if it is not a frozen ballot. */
export function readBallot(text: string): FrozenBallot {
  return readJson(ballotSchema, 'ballot.json', 1, text);
}

const RESULTS_FILE = 'results.json';
const count = z.int().nonnegative();
/** `results.json`. */
export const resultsSchema = z.strictObject({
  cycle: z.string(),
  rule: z.enum(RULES),
  budget: count,
  turnout: z.strictObject({
    residents: count,
    voters: count,
    byChannel: z.strictObject({
      sms: count.optional(),
      voice: count.optional(),
      wechat: count.optional(),
      paper: count.optional(),
      assisted: count.optional(),
      kiosk: count.optional(),
    }),
  }),
  tallies: z.array(z.strictObject({ number: z.int(), votes: count })),
  winners: z.array(z.int()),
  spent: count,
  lot: z.array(z.int()),
  head: z.string(),
});

/** Every key that a line may begin with. */
const KEYS = Object.keys({
  ...resultsSchema.shape,
  ...resultsSchema.shape.turnout.shape,
  ...resultsSchema.shape.turnout.shape.byChannel.shape,
  ...resultsSchema.shape.tallies.element.shape,
});

/** Reads `results.json`; throws `AuditError` if it does not have the shape of results. */
export function readResults(text: string): Results {
  const stranger = linesOf(text).findIndex((line) => !KEYS.includes(/^ *"(.*?)": /.exec(line)?.[1] ?? 'cycle'));
  if (stranger >= 0) throw new AuditError(RESULTS_FILE, stranger + 1, 'is no key of results');
  const read = resultsSchema.safeParse(parsedJson(RESULTS_FILE, unreadable(text), text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new AuditError(
    RESULTS_FILE,
    lineOfKey(
      text,
      issue?.path.findLast((key) => typeof key === 'string'),
    ),
    `${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** The first line, counted from 1, that is neither one value nor the beginning or the end of several values. */
function unreadable(text: string): number {
  const line = linesOf(text).findIndex((line) => !/^ *("\w+": )?("[^"\\]*"|\d+|\[|\{|\[\]|\{\}|\]|\}),?$/.test(line));
  return Math.max(line, 0) + 1;
}

/** The files of an audit by name, each as a text. Files that were not published are missing. */
export type AuditFiles = Readonly<Partial<Record<AuditFile, string>>>;

/** The names of all files of an audit. */
export const AUDIT_FILES = [
  'ballot.json',
  'ledger.ndjson',
  'openings.ndjson',
  'ballots.ndjson',
  'results.json',
  'cycle.pb',
  'slips.json',
  'log.ndjson',
  'proof.json',
] as const;
export type AuditFile = (typeof AUDIT_FILES)[number];

/** Reads JSON that must have exactly a schema's keys; throws `AuditError` at the line given. */
export function readJson<Value>(schema: z.ZodType<Value>, file: AuditFile, line: number, text: string): Value {
  const read = schema.safeParse(parsedJson(file, line, text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new AuditError(file, line, `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'is not what it should be'}`);
  }
  return read.data;
}

/** The value of a JSON text; throws `AuditError` at the line given if the text is not JSON, or where a key stands for the second time. */
function parsedJson(file: AuditFile, line: number, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AuditError(file, line, 'is not JSON');
  }
  const doubled = JSON.stringify(value) === text ? undefined : doubledKey(text);
  if (!doubled) return value;
  const lines = text.slice(0, doubled.index).split('\n').length;
  throw new AuditError(
    file,
    line === 1 ? lines : line,
    `has the key ${JSON.stringify(doubled.key)} twice: readers see the first value, programs the last`,
  );
}

/** The first key that an object of a JSON text has for the second time, and where it stands there. */
function doubledKey(text: string): { key: string; index: number } | undefined {
  const open: Set<string>[] = [];
  for (const { 0: token, 1: quoted, index } of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    if (token === '}') open.pop();
    if (quoted === undefined) continue;
    const key: string = JSON.parse(quoted);
    if (open.at(-1)?.has(key)) return { key, index };
    open.at(-1)?.add(key);
  }
  return undefined;
}

/** The lines of a text, whatever ends them. The last one may lack its end. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The line, counted from 1, on which a key of a JSON text with one value a line first stands; 1 if the key is not there. */
export function lineOfKey(text: string, key: PropertyKey | undefined): number {
  const index = linesOf(text).findIndex((line) => line.trimStart().startsWith(`"${String(key)}"`));
  return Math.max(index, 0) + 1;
}

/**
 * What a file says against what it must say. `expected` and `given` are both written by the service, a value a line, so that blanks, line ends and the order of
 * keys count for nothing. Throws `AuditError` at the first line of `text`, the file as it is, that differs; at the first if it has other lines.
 */
export function sameLines(file: AuditFile, expected: string, given: string, text: string, how: string): void {
  const [lines, others] = [linesOf(expected), linesOf(given)];
  const wrong = Array.from({ length: Math.max(lines.length, others.length) }).findIndex((_, index) => lines[index] !== others[index]);
  if (wrong < 0) return;
  const line = linesOf(text).length === others.length ? wrong + 1 : 1;
  const value = (one: string | undefined) => one?.trim().replace(/,$/, '');
  throw new AuditError(file, line, `is ${value(others[wrong]) ?? 'missing'}, ${how} it is ${value(lines[wrong]) ?? 'nothing'}`);
}

/** `results.json` as an audit has it: one value a line, so that a wrong value has a line of its own. */
export function resultsText(results: Results): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** The first thing that is wrong with an audit. It is thrown inside a verification, and is part of its result. */
export class AuditError extends Error {
  readonly file: AuditFile;
  /** Counted from 1. */
  readonly line: number;

  constructor(file: AuditFile, line: number, what: string) {
    super(what);
    this.name = 'AuditError';
    this.file = file;
    this.line = line;
  }
}
