/** What a line of the log may tell: codes, counts, durations and the ids of cycles and communities, never anything of a person. */
export interface Facts {
  /** A stable code, such as `CodedError`'s. */
  readonly code?: string;
  readonly channel?: string;
  readonly flow?: string;
  readonly outcome?: string;
  readonly state?: string;
  readonly community?: string;
  readonly cycle?: string;
  readonly count?: number;
  readonly ms?: number;
  readonly method?: string;
  /** The route's pattern; its parameters are not told. */
  readonly route?: string;
  readonly status?: number;
  readonly host?: string;
  readonly port?: number;
  readonly signal?: string;
  readonly version?: string;
  /** Told by its class, code and stack; its message may quote what somebody sent, and stays out. */
  readonly error?: unknown;
}

type Loudness = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** `message` is a constant of the program. */
export type Log = Record<Loudness, (facts: Facts, message: string) => void>;
