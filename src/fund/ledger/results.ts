import type { World } from '../../store/world.ts';
import type { Rule } from '../records/cycle.ts';
import type { EntrySecret } from '../records/entry.ts';
import { closedResults } from './closedResults.ts';

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

/** A cycle's results; rejects with `unknown-cycle`, with `not-closed` until the ledger is sealed, with `broken-ledger` where it was tampered with. */
export function results(world: World): (cycle: string) => Promise<Results> {
  const closed = closedResults(world);
  return async (cycle) => (await closed(cycle)).results;
}
