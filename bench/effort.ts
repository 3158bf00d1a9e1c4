/** How much is measured: `FULL` for figures that count, `QUICK` to see in a minute that every bench runs. */
export interface Effort {
  /** Interleaved rounds; the median counts. */
  readonly rounds: number;
  /** The length of one measurement in a round, in seconds. */
  readonly seconds: number;
  /** Residents in the large database of `scale`. */
  readonly residents: number;
  /** The number of ledgers in `ledgers`, and of the ballots in each. */
  readonly ledgers: number;
  readonly ballots: number;
  /** The number of turns after which `memory` looks a second time; it looks first after a tenth of them. */
  readonly turns: number;
  /**
   * How long a service is left idle before its memory is read, in seconds: V8 gives back the memory of the start at its first idle collection, after
   * 20 to 25 s.
   */
  readonly idle: number;
  /** The number of residents to whom `outbox` writes. */
  readonly broadcast: number;
  /** The number of messages during which it is killed ten times. */
  readonly killed: number;
  /** The number of malformed requests. */
  readonly malformed: number;
  /** The number of slips of paper that are accepted. */
  readonly slips: number;
  /** How often connections to the database are cut under load … */
  readonly cuts: number;
  /** … and its mongod is killed. */
  readonly kills: number;
}

export const FULL: Effort = {
  rounds: 5,
  seconds: 4,
  residents: 1_000_000,
  ledgers: 300,
  ballots: 1_577,
  turns: 100_000,
  idle: 30,
  broadcast: 100_000,
  killed: 10_000,
  malformed: 20_000,
  slips: 10_000,
  cuts: 60,
  kills: 50,
};
export const QUICK: Effort = {
  rounds: 3,
  seconds: 1,
  residents: 50_000,
  ledgers: 100,
  ballots: 400,
  turns: 5_000,
  idle: 3,
  broadcast: 5_000,
  killed: 2_000,
  malformed: 2_000,
  slips: 500,
  cuts: 9,
  kills: 5,
};
