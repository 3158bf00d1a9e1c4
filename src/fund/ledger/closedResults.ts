import { boundedMap } from '../../store/boundedMap.ts';
import { perWorld } from '../../store/perWorld.ts';
import type { World } from '../../store/world.ts';
import type { Rule } from '../records/cycle.ts';
import type { EntrySecret } from '../records/entry.ts';
import { tally } from '../tally/tally.ts';
import { ballotOf } from './ballotOf.ts';
import { type Count, countLedger } from './countLedger.ts';

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

/** Counts a sealed ledger once; rejects as `countLedger` does. */
export const closedResults: (world: World) => (cycle: string) => Promise<ClosedResults> = perWorld((world) => {
  const kept = boundedMap<string, Promise<ClosedResults>>(500);
  return (id) => {
    const known = kept.get(id);
    if (known) return known;
    const counting = countLedger(world, id).then(resultsOf);
    kept.set(id, counting);
    counting.catch(() => kept.delete(id));
    return counting;
  };
});

function resultsOf({ cycle: { _id, frozen, residentsAtClose = frozen.residents }, counted, ballots, head }: Count): ClosedResults {
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
