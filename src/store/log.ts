/** What a line of the log may hold: codes, counts, durations and the ids of cycles and communities; never anything about a person. */
export interface Facts {
  /** A stable code, such as `CodedError`'s. */
  readonly code?: string;
  readonly channel?: string;
  readonly flow?: string;
  readonly outcome?: string;
  readonly state?: string;
  readonly community?: string;
  /** The street office or community whose account with a carrier it is about. */
  readonly account?: string;
  readonly cycle?: string;
  readonly count?: number;
  readonly ms?: number;
  readonly method?: string;
  /** The route's pattern, without its parameters. */
  readonly route?: string;
  readonly status?: number;
  readonly host?: string;
  readonly port?: number;
  readonly signal?: string;
  readonly version?: string;
  /** Logged by its class, code and stack. Its message is left out, because it may quote what somebody sent. */
  readonly error?: unknown;
}

type Loudness = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** `message` is a constant of the program. */
export type Log = Record<Loudness, (facts: Facts, message: string) => void>;

/** A log that writes where `log` does; each line also holds these facts. */
export function logWith(log: Log, facts: Facts): Log {
  const at =
    (loudness: Loudness): Log[Loudness] =>
    (more, message) =>
      log[loudness]({ ...facts, ...more }, message);
  return { fatal: at('fatal'), error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), trace: at('trace') };
}
