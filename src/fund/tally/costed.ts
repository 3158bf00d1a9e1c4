/** A project on the ballot; `cost` in whole units of the currency. */
export interface Costed {
  readonly number: number;
  readonly cost: number;
}
