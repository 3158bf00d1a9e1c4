import type { ErrorRequestHandler, Request } from 'express';
import { CodedError, type Problem } from '../store/codedError.ts';
import { isDatabaseAway } from '../store/databaseErrors.ts';
import type { Log } from '../store/log.ts';

/** The last error handler of the app. Every error is answered by `{"error": "one sentence"}`; an internal one is logged, and its cause is not shown. An answer that is whole already stays. */
export function lastError(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const { status, sentence, more } = refusalOf(error);
    if (status >= 500 && !(error instanceof TooManyReaders)) log.error({ error, status }, 'request failed');
    if (response.writableEnded) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (status === 503) response.set('Retry-After', RETRY_S);
    response
      .set('Cache-Control', 'no-store')
      .status(status)
      .json({ error: sentence, ...more });
  };
}

/** How long a reader should wait before the next try, in seconds. */
export const RETRY_S = '5';

/** The status for each code with which the fund refuses; its sentence is meant for the reader. */
const REFUSED: Readonly<Record<string, number>> = { 'unknown-cycle': 404, 'not-closed': 409, 'supervisors-only': 403 };

/** The status of an error, and what is said of it. */
export function refusalOf(error: unknown): { status: number; sentence: string; more?: RefusalMore | undefined } {
  if (error instanceof Refusal) return { status: error.status, sentence: error.message, more: error.more };
  const refused = error instanceof CodedError && REFUSED[error.code];
  if (refused) return { status: refused, sentence: error.message };
  if (isDatabaseAway(error)) return { status: 503, sentence: 'The database does not answer; try again in a minute.' };
  const status = clientError(error);
  if (status === 413) return { status, sentence: 'The request is too large.' };
  if (status) return { status, sentence: 'The request is malformed.' };
  return { status: 500, sentence: 'Something went wrong here; it was written to the log.' };
}

/** The 4xx status that Express and its body parsers put on an error: the request was wrong. */
function clientError(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}

export interface RefusalMore {
  readonly code: string;
  readonly problems?: readonly Problem[];
}

/** The refusal of a request: the status, and one sentence that says what to do. */
export class Refusal extends Error {
  readonly status: number;
  /** What a program reads beside the sentence. */
  readonly more: RefusalMore | undefined;

  constructor(
    status: 400 | 401 | 403 | 404 | 405 | 409 | 411 | 413 | 415 | 422 | 503,
    sentence: string,
    { more, ...options }: ErrorOptions & { readonly more?: RefusalMore } = {},
  ) {
    super(sentence, options);
    this.name = 'Refusal';
    this.status = status;
    this.more = more;
  }
}

/** Too many ask at once. Nothing is wrong here, and it is not logged: the log would be as long as the crowd. */
export class TooManyReaders extends Refusal {
  constructor() {
    super(503, 'Too many are reading just now; try again in a few seconds.');
    this.name = 'TooManyReaders';
  }
}

/** A whole number in the query, `least` or more; undefined if it is absent, 400 if it is anything else. */
export function wholeNumber({ query }: Request, name: string, least: number): number | undefined {
  const given = query[name];
  if (given === undefined) return undefined;
  const number = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  if (number === undefined || number < least) throw new Refusal(400, `Give ${name} as one whole number, ${least} or more.`);
  return number;
}
