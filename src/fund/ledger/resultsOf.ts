import type { EntrySecret } from '../records/entry.ts';
import type { Rule } from '../records/rule.ts';
import { tally } from '../tally/tally.ts';
import { ballotOf } from './ballotOf.ts';
import type { Count } from './countLedger.ts';

/** What a vote came to, as `/api/cycles/ID/results` gives it. Money in whole units of the ballot's currency. */
export interface Results {
  readonly cycle: string;
  readonly rule: Rule;
  readonly budget: number;
  /** `byChannel` counts counted ballots; channels without one are left out. */
  readonly turnout: {
    readonly residents: number;
    readonly voters: number;
    readonly byChannel: Readonly<Partial<Record<EntrySecret['channel'], number>>>;
  };
  /** In the ballot's order. */
  readonly tallies: readonly { readonly number: number; readonly votes: number }[];
  /** In the order chosen. */
  readonly winners: readonly number[];
  readonly spent: number;
  readonly lot: readonly number[];
  /** The seal's hash. */
  readonly head: string;
}

/** A sealed cycle's results, and how many ballots were cast. */
export interface ClosedResults {
  readonly results: Results;
  readonly ballots: number;
}

/** What a counted ledger comes to, by the rule, costs and lot of its frozen ballot. */
export function resultsOf({ cycle: { _id, frozen, residentsAtClose = frozen.residents }, counted, ballots, head }: Count): ClosedResults {
  const { rule, budget, threshold, projects, lot } = ballotOf(frozen).frozen;
  const { tallies, winners, spent } = tally({ rule, budget, threshold, projects, lot, ballots: counted.map(({ picks }) => picks) });
  const turnout = { residents: residentsAtClose, voters: counted.length, byChannel: byChannel(counted) };
  return { results: { cycle: _id, rule, budget, turnout, tallies, winners, spent, lot, head }, ballots };
}

const ORDER = ['sms', 'voice', 'wechat', 'paper', 'assisted'] as const satisfies EntrySecret['channel'][];

function byChannel(counted: Count['counted']): Results['turnout']['byChannel'] {
  const counts = ORDER.map((channel) => [channel, counted.filter((ballot) => ballot.channel === channel).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
