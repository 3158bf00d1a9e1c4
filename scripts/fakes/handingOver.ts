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
