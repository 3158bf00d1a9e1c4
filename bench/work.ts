import { load, type Measured, type Timed } from './load.ts';
import type { Running } from './processes.ts';
import { request, type Spoken } from './request.ts';

/** One kind of turn under load, for so many seconds over so many connections; with `rate`, at most so many a second. */
export type Work = (connections: number, seconds: number, rate?: number) => Promise<Measured & Cost>;

export interface Cost {
  /** The processor time of the server's process for one turn, in microseconds; other programs beside it change it little. */
  readonly cpu: number;
}

/** More than any server here handles. A load that runs out of requests ends early, and its rate is still correct. */
export const MOST_A_SECOND = 6_000;
const MOST_ALONE = 1_500;

/**
 * The turns that `spoken` gives for 0, 1, 2 … across all measurements, so that residents who write in turn write equally often. None of them comes
 * near thirty messages in ten minutes, after which an address is asked to rest. `expects` checks every answer; that notice, silence or an apology
 * ends the bench. `make` makes the request's bytes.
 */
export function work(
  server: Running,
  spoken: (index: number) => Spoken,
  expects: (body: string) => boolean,
  make = request,
): (...asked: Parameters<Work>) => Promise<Timed & Cost> {
  let said = 0;
  return async (connections, seconds, rate) => {
    const count = Math.ceil(seconds * (rate ?? (connections === 1 ? MOST_ALONE : MOST_A_SECOND))) + connections;
    const ready = Array.from({ length: count }, (_, index) => make(server.port, spoken(said + index))).values();
    const before = server.cpu();
    const measured = await load(server.port, connections, seconds, () => ready, expects, rate);
    said += measured.count;
    return { ...measured, cpu: (server.cpu() - before) / measured.count };
  };
}

/**
 * Whole calls or conversations, each of `steps` requests that follow each other on one connection. `requests` makes the requests of number 0, 1, 2
 * …; `expects` checks every answer and gets the number of its step.
 */
export function stepsWork(
  server: Running,
  steps: number,
  requests: (port: number, index: number) => readonly Buffer[],
  expects: (body: string, step: number) => boolean,
): Work {
  let begun = 0;
  return async (connections, seconds, rate) => {
    const each = Math.ceil((seconds * (rate ?? MOST_A_SECOND)) / connections / steps) + 1;
    const ready = Array.from({ length: connections }, (_, connection) =>
      Array.from({ length: each }, (_, call) => requests(server.port, begun + connection * each + call)).flat(),
    );
    begun += connections * each;
    const before = server.cpu();
    const answered = Array.from({ length: connections }, () => 0);
    const check = (body: string, connection: number) => {
      const before = answered[connection] ?? 0;
      answered[connection] = before + 1;
      return expects(body, before % steps);
    };
    const measured = await load(server.port, connections, seconds, (connection) => (ready[connection] ?? []).values(), check, rate);
    return { ...measured, cpu: (server.cpu() - before) / measured.count };
  };
}
