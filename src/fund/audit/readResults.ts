import { z } from 'zod';
import type { Results } from '../ledger/results.ts';
import { RULES } from '../records/rule.ts';
import { lineOfKey } from './lineOfKey.ts';
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

/** Reads `results.json`; throws `Wrong` where it has not the shape of results. */
export function readResults(text: string): Results {
  const read = schema.safeParse(parsedJson(FILE, 1, text));
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
