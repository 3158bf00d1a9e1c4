/** How much is measured: `FULL` for figures that count, `QUICK` to see in a minute that every bench runs. */
export interface Effort {
  /** Interleaved rounds; the median counts. */
  readonly rounds: number;
  /** Length of one measurement in a round. */
  readonly seconds: number;
  /** Residents in the large database of `scale`. */
  readonly residents: number;
  /** Turns after which `memory` looks a second time; the first time after a tenth. */
  readonly turns: number;
  /** How long a service is left idle before its memory is read, in seconds: V8 gives back what the start took with its first idle collection, after 20 to 25 s. */
  readonly idle: number;
  /** Residents that `outbox` writes to. */
  readonly broadcast: number;
  /** Messages during which it is killed ten times. */
  readonly killed: number;
  /** Malformed requests. */
  readonly malformed: number;
  /** How often connections to the database are cut under load … */
  readonly cuts: number;
  /** … and its mongod is killed. */
  readonly kills: number;
}

export const FULL: Effort = {
  rounds: 5,
  seconds: 4,
  residents: 1_000_000,
  turns: 100_000,
  idle: 30,
  broadcast: 100_000,
  killed: 10_000,
  malformed: 20_000,
  cuts: 60,
  kills: 50,
};
export const QUICK: Effort = {
  rounds: 3,
  seconds: 1,
  residents: 50_000,
  turns: 5_000,
  idle: 3,
  broadcast: 5_000,
  killed: 2_000,
  malformed: 2_000,
  cuts: 9,
  kills: 5,
};
