/** What is counted as a table is closed, in slips. */
export interface TableCounts {
  readonly handedOut: number;
  readonly spoiled: number;
  readonly left: number;
}

/** What does not agree at a table's closing, in slips: both 0 if everything does. */
export interface Differences {
  /** Received less handed out, spoiled and left. */
  readonly slips: number;
  /** Handed out less marked. */
  readonly marks: number;
}

/** Compares what is counted at the closing with what was received and marked. Pure: a page checks with it while the numbers are typed. */
export function reconcile(received: number, marks: number, { handedOut, spoiled, left }: TableCounts): Differences {
  return { slips: received - handedOut - spoiled - left, marks: handedOut - marks };
}
