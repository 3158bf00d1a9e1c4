import type { IncomingMessage } from 'node:http';

/** The body's bytes as they came; what goes beyond the limit is thrown away as it arrives. Nothing settles for a request that was cut off. */
export function readBody(request: IncomingMessage, limit: number, settle: (body: Buffer | 'too large') => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(request.headers['content-length']) > limit) discard();
  else request.on('data', collect).on('end', end);

  function collect(chunk: Buffer) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > limit) discard();
  }
  function end() {
    settle(Buffer.concat(chunks));
  }
  function discard() {
    request.off('data', collect).off('end', end).resume();
    settle('too large');
  }
}
