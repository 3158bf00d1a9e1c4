/** One step of a call, as the carrier reported it. */
export interface Step {
  /** The carrier's id of the call. */
  readonly call: string;
  /** The number in the address to which the step came; 0 when a call begins. */
  readonly turn: number;
  /** What was entered, without the `#` that ended it; empty for silence. */
  readonly keys: string;
  /** The entry ended with `#`. */
  readonly isHashed: boolean;
  /** The carrier's id of the recording of what was spoken. */
  readonly recording?: string;
  /** The call is over. */
  readonly isOver: boolean;
  /** We placed the call: the person who answers has the phone. */
  readonly isPlaced?: boolean;
  /** The last answer to this number was to another call. */
  readonly isBeside?: boolean;
  /** The number can receive SMS. */
  readonly isMobile: boolean;
  /** In milliseconds since the epoch. */
  readonly at: number;
}
