/** One step of a call, as the carrier told of it. */
export interface Step {
  /** Names the call; the same one is the same call. */
  readonly call: string;
  /** The number in the address that the step came to; 0 as a call begins. */
  readonly turn: number;
  /** What was entered, without the `#` that ended it; empty for silence. */
  readonly keys: string;
  /** `#` ended the entry. */
  readonly isHashed: boolean;
  /** The carrier's id of what was spoken. */
  readonly recording?: string;
  /** The call is over. */
  readonly isOver: boolean;
  /** The service placed it: who answers has the phone. */
  readonly isPlaced?: boolean;
  /** The number's last answer was to another call. */
  readonly isBeside?: boolean;
  /** The number can receive SMS. */
  readonly isMobile: boolean;
  /** In milliseconds since the epoch. */
  readonly at: number;
}
