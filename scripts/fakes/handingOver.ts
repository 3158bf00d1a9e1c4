/** A fake of a carrier whose responses carry no reply. */
export interface HandingOver {
  /** Texts that it took, in order. */
  readonly taken: Taken[];
  /** Delivers a text to the service; gives the bare answer. The same `sid` is the same delivery. */
  push(text: Pushed): Promise<{ readonly status: number; readonly type: string | null; readonly text: string }>;
}

export interface Pushed {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly sid: string;
}

export interface Taken {
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** The name that the service gave the message, if the carrier gets to know it. */
  readonly ref?: string;
  /** The carrier's own. */
  readonly id?: string;
}

/** A carrier pushes a text again, unchanged, after so many minutes, until it is told 200; then never. */
const AGAIN_MINUTES = [1, 5, 10] as const;

/** Pushes as such a carrier does; `passes` lets the minutes pass. Gives each status. */
export async function pushUntilTaken(carrier: HandingOver, text: Pushed, passes: (minutes: number) => Promise<void>): Promise<number[]> {
  const statuses: number[] = [];
  for (const minutes of [0, ...AGAIN_MINUTES]) {
    if (minutes > 0) await passes(minutes);
    statuses.push((await carrier.push(text)).status);
    if (statuses.at(-1) === 200) break;
  }
  return statuses;
}
