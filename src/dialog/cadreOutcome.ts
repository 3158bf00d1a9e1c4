import type { Channel } from '../contacts/channel.ts';

/*
 * What the services of the cadres' flow return: the outreach makes it, the flow says it, and neither imports the other.
 */

/** A text to everybody, as it would go out. */
export interface Planned {
  readonly people: number;
  readonly units: number;
  readonly cost?: string;
  readonly currency: string;
  readonly waitsUntil?: string;
}

/** `notVoted`: so many residents have not voted, or up to nine fewer. Not all of them get a reminder: nobody is reminded twice a day or four times a cycle. */
export type Nudged = { readonly notVoted: number; readonly waitsUntil?: string } | { readonly refused: 'notVoting' | 'notCadre' };

export interface Situation {
  /** Absent if there is and was no vote. */
  readonly turnout?: {
    /** In tens as long as votes come in, as the counts of messages are while the vote is open. */
    readonly voters: number;
    readonly residents: number;
    readonly share: number;
    readonly closesAt: string;
    /** The vote is over, and slips of paper are keyed until then. */
    readonly keyedUntil?: string;
    readonly isOver: boolean;
  };
  readonly channels: readonly ChannelSituation[];
}

/** How many messages we sent on one channel lately, by what became of them. */
export interface ChannelSituation {
  readonly channel: Channel;
  readonly waiting: number;
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  /** Why they failed, by code: `30003 x 2`. */
  readonly reasons: string;
  readonly unknown: number;
  readonly stopped: number;
}
