import * as z from 'zod';
import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import { RULES } from '../records/rule.ts';
import { readJson } from './readJson.ts';

const amount = z.int().nonnegative();
const schema = z.strictObject({
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
      category: z.string().optional(),
      cost: amount,
      detail: z.string().optional(),
      place: z.string().optional(),
      due: z.string().optional(),
    }),
  ),
  lot: z.array(z.int()),
});

/** Reads `ballot.json`; throws `Wrong` where it is no frozen ballot. */
export function readBallot(text: string): FrozenBallot {
  return readJson(schema, 'ballot.json', 1, text);
}
