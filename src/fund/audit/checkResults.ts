import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import type { Results } from '../ledger/results.ts';
import { lineOfKey } from './lineOfKey.ts';
import { linesOf } from './linesOf.ts';
import { resultsText } from './resultsText.ts';
import { Wrong } from './wrong.ts';

const FILE = 'results.json';
/** What a count came to. */
export type Counted = Pick<Results, 'tallies' | 'winners' | 'spent'> & { readonly voters: number };

/** The results must be those of the frozen ballot, the seal and what was counted. Throws `Wrong` at the first line that is not. */
export function checkResults(ballot: FrozenBallot, head: string, { voters, tallies, winners, spent }: Counted, given: Results, text: string): void {
  const { cycle, rule, budget, lot } = ballot;
  const { residents, byChannel } = given.turnout;
  const lines = linesOf(resultsText({ cycle, rule, budget, turnout: { residents, voters, byChannel }, tallies, winners, spent, lot, head }));
  const found = linesOf(text);
  for (let index = 0; index < Math.max(lines.length, found.length); index++) {
    if (lines[index] === found[index]) continue;
    throw new Wrong(FILE, index + 1, `is ${found[index]?.trim() ?? 'missing'}, counted again it is ${lines[index]?.trim() ?? 'nothing'}`);
  }
  const sum = Object.values(byChannel).reduce((all, part) => all + part, 0);
  if (sum !== voters) throw new Wrong(FILE, lineOfKey(text, 'byChannel'), `byChannel adds up to ${sum}, ${voters} ballots were counted`);
}
