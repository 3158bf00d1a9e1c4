import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/**
 * Streams one JSON value a line, as fast as the reader takes them. What fails before the first line is thrown and can still
 * be answered; what fails later breaks the connection off, so that nobody takes a part for the whole.
 */
export async function sendLines(response: Response, values: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
  const rest = lines(values);
  const first = await rest.next();
  response.type('application/x-ndjson');
  await pipeline(Readable.from(whole(first, rest)), response).catch((error: unknown) => {
    if (!isReaderGone(error)) throw error;
  });
}

async function* lines(values: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<string, void> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

async function* whole(first: IteratorResult<string, void>, rest: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

function isReaderGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
