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

/** `notVoted`: how many have not voted; not all of them get one, for nobody is reminded twice a day or four times a cycle. */
export type Nudged = { readonly notVoted: number; readonly waitsUntil?: string } | { readonly refused: 'notVoting' };

export interface Situation {
  /** None where nothing is or was voted on. */
  readonly turnout?: {
    readonly voters: number;
    readonly residents: number;
    readonly share: number;
    readonly closesAt: string;
    readonly isOver: boolean;
  };
  readonly channels: readonly ChannelSituation[];
}

/** What we sent on one channel lately, by what came of it. */
export interface ChannelSituation {
  readonly channel: Channel;
  readonly waiting: number;
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  /** Why, by code: `30003 x 2`. */
  readonly reasons: string;
  readonly unknown: number;
  readonly stopped: number;
}
