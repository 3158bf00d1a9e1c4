import * as z from 'zod';
import type { Results } from '../ledger/results.ts';
import { RULES } from '../records/rule.ts';
import { lineOfKey } from './lineOfKey.ts';
import { linesOf } from './linesOf.ts';
import { parsedJson } from './parsedJson.ts';
import { Wrong } from './wrong.ts';

const FILE = 'results.json';
const count = z.int().nonnegative();
const schema = z.strictObject({
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
  ...schema.shape,
  ...schema.shape.turnout.shape,
  ...schema.shape.turnout.shape.byChannel.shape,
  ...schema.shape.tallies.element.shape,
});

/** Reads `results.json`; throws `Wrong` where it has not the shape of results. */
export function readResults(text: string): Results {
  const stranger = linesOf(text).findIndex((line) => !KEYS.includes(/^ *"(.*)": /.exec(line)?.[1] ?? 'cycle'));
  if (stranger >= 0) throw new Wrong(FILE, stranger + 1, 'is no key of results');
  const read = schema.safeParse(parsedJson(FILE, unreadable(text), text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Wrong(
    FILE,
    lineOfKey(
      text,
      issue?.path.findLast((key) => typeof key === 'string'),
    ),
    `${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** The first line, from 1, that is not one value, or the beginning or the end of some. */
function unreadable(text: string): number {
  const line = linesOf(text).findIndex((line) => !/^ *("\w+": )?("[^"\\]*"|\d+|\[|\{|\[\]|\{\}|\]|\}),?$/.test(line));
  return Math.max(line, 0) + 1;
}
