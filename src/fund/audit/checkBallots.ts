import * as z from 'zod';
import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import { refusePicks } from '../ledger/refusePicks.ts';
import { linesOf } from './linesOf.ts';
import { readJson } from './readJson.ts';
import { Wrong } from './wrong.ts';

const FILE = 'ballots.ndjson';
const schema = z.array(z.int());

/** Reads the published ballots, each of which must be one. Throws `Wrong`. */
export function checkBallots(ballot: FrozenBallot, text: string): number[][] {
  return linesOf(text).map((line, index) => {
    const picks = readJson(schema, FILE, index + 1, line);
    const refused = refusePicks({ projects: ballot.projects, ...ballot.choices }, picks);
    if (refused) throw new Wrong(FILE, index + 1, `is no ballot (${refused.reason})`);
    if (picks.some((pick, place) => pick < (picks[place - 1] ?? 0))) throw new Wrong(FILE, index + 1, 'is not in ascending order');
    return picks;
  });
}
