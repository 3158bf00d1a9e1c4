import type { ErrorRequestHandler } from 'express';
import type { Log } from '../logger.ts';
import { CodedError } from '../store/codedError.ts';
import { isDatabaseAway } from '../store/isDatabaseAway.ts';
import { Crowded, Refusal } from './refusal.ts';

/** The last error handler of the app: every error is `{"error": "one sentence"}`; what went wrong inside is logged and not told. */
export function lastError(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const { status, sentence } = told(error);
    if (status >= 500 && !(error instanceof Crowded)) log.error({ error, status }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (status === 503) response.set('Retry-After', RETRY_S);
    response.set('Cache-Control', 'no-store').status(status).json({ error: sentence });
  };
}

/** Seconds. */
const RETRY_S = '5';

/** What the fund refuses to tell, by code; its sentence is for whoever asked. */
const REFUSED: Readonly<Record<string, number>> = { 'unknown-cycle': 404, 'not-closed': 409, 'supervisors-only': 403 };

function told(error: unknown): { status: number; sentence: string } {
  if (error instanceof Refusal) return { status: error.status, sentence: error.message };
  const refused = error instanceof CodedError && REFUSED[error.code];
  if (refused) return { status: refused, sentence: error.message };
  if (isDatabaseAway(error)) return { status: 503, sentence: 'The database does not answer; try again in a minute.' };
  const status = clientError(error);
  if (status === 413) return { status, sentence: 'The request is too large.' };
  if (status) return { status, sentence: 'The request is malformed.' };
  return { status: 500, sentence: 'Something went wrong here; it was written to the log.' };
}

/** The 4xx that Express and its body parsers put on an error: what came was wrong. */
function clientError(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}
