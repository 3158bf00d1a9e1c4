/** Where the service listens, and what a carrier would need to be believed there. */
export interface ReplayLine {
  readonly url: string;
  readonly publicUrl: string;
  readonly authToken: string;
}

export interface ReplayBallot {
  readonly from: string;
  readonly to: string;
  readonly picks: readonly number[];
  readonly community: string;
  readonly cycle: string;
  /** The voter's own, for who has no phone to show. */
  readonly card: string;
}

/** Casts one ballot over one channel as a resident would; rejects with `not-cast` where it is not taken. */
export type Cast = (line: ReplayLine, ballot: ReplayBallot) => Promise<void>;
