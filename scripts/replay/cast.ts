import type { PlayedVote } from '../support/writeElection.ts';

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

/** What one voter does: a ballot that another one replaces, if they vote twice, and the ballot of the file, each by a cast or, where there is none, on paper. */
export interface Voting {
  readonly vote: PlayedVote;
  readonly first?: { readonly cast: Cast | undefined; readonly picks: readonly number[] };
  readonly cast: Cast | undefined;
}
