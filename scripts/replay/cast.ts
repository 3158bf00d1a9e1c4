/** Where the service listens, and the token with which a carrier would prove itself there. */
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
  /** The voter's own card, for a voter who has no phone to show. */
  readonly card: string;
}

/** Casts one ballot over one channel as a resident would; rejects with `not-cast` if it is not accepted. */
export type Cast = (line: ReplayLine, ballot: ReplayBallot) => Promise<void>;
