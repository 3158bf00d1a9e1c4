import type { Request, RequestHandler, Response } from 'express';
import { within } from '../store/inTime.ts';
import { Refusal, TooManyReaders } from './errors.ts';

/** Whoever reads pages, API and files: a few at a time are worked for, and what is worked for them leaves time for the turns. */
export interface ReaderLimit {
  /** A handler that has its turn as one of few; refused with 503 where too many wait, or too long. */
  handler<Parameters = Record<string, string>>(
    handle: (request: Request<Parameters>, response: Response) => Promise<void>,
  ): RequestHandler<Parameters>;
  /** The same for a piece of work. */
  enter<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Sends what comes in parts, each of which has a turn of its own, as fast as the reader takes them; `ready` is called before the first
   * is written. What fails before that can still be answered; what fails later breaks the connection off, so that nobody takes a part for the whole.
   */
  send(response: Response, parts: AsyncIterator<Uint8Array, void>, ready: () => void): Promise<void>;
}

const AT_ONCE = 2;
/** After each piece of work for a reader nothing is done in its place for so many times as long: the turns have that time. */
const REST = 8;
const LEAST_REST_MS = 4;
const LONGEST_REST_MS = 50;
const MOST_WAITING = 200;
const MOST_SENDING = 200;
/** How long somebody waits for their turn, and how long what is done for them may take. */
const PATIENCE_MS = 3_000;
const WORK_MS = 10_000;
/** A reader who has not taken what is on the way in this time is cut off: 64 KiB, so that some 2 KiB a second are enough. */
const TAKE_MS = 30_000;

export function readerLimit(): ReaderLimit {
  let free = AT_ONCE;
  let sending = 0;
  const waiting = new Set<() => void>();
  return {
    handler: (handle) => async (request, response) => {
      await enter(() => handle(request, response));
      cutOffIfSlow(response);
    },
    enter,
    send: async (response, parts, ready) => {
      if (sending >= MOST_SENDING) throw new TooManyReaders();
      sending += 1;
      const piece = async () => {
        const { done, value } = await parts.next();
        if (response.writableEnded) return false; // it took too long, and that was answered meanwhile
        if (!response.headersSent) ready();
        if (value) response.write(value);
        return !done;
      };
      try {
        let more = await enter(piece);
        while (more && !response.destroyed) {
          if (response.writableNeedDrain) await taken(response);
          if (!response.destroyed) more = await worked(piece);
        }
        response.end();
        cutOffIfSlow(response);
      } finally {
        sending -= 1;
        void parts.return?.(); // after a part that hangs it would wait for that
      }
    },
  };

  async function enter<Result>(work: () => Promise<Result>): Promise<Result> {
    if (waiting.size >= MOST_WAITING) throw new TooManyReaders();
    return worked(work, PATIENCE_MS);
  }

  /** Without patience whoever waits does so as long as it takes. */
  async function worked<Result>(work: () => Promise<Result>, patience?: number): Promise<Result> {
    if (free > 0) free -= 1;
    else await turn(patience);
    const began = performance.now();
    try {
      return await within(WORK_MS, work(), () => new Refusal(503, 'This takes too long just now; try again in a minute.'));
    } finally {
      setTimeout(next, Math.min(LONGEST_REST_MS, Math.max(LEAST_REST_MS, REST * (performance.now() - began))));
    }
  }

  function turn(patience?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const tired = patience === undefined ? undefined : setTimeout(() => waiting.delete(begin) && reject(new TooManyReaders()), patience);
      const begin = () => {
        clearTimeout(tired);
        resolve();
      };
      waiting.add(begin);
    });
  }

  function next(): void {
    const [begin] = waiting;
    if (begin) {
      waiting.delete(begin);
      begin();
    } else free += 1;
  }
}

/** Until there is room for more, or the reader is gone. */
async function taken(response: Response): Promise<void> {
  const { promise, resolve } = whenTaken();
  const slow = setTimeout(() => response.destroy(), TAKE_MS);
  response.once('drain', resolve).once('close', resolve);
  await promise;
  clearTimeout(slow);
  response.off('drain', resolve).off('close', resolve);
}

function whenTaken(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Most of what is sent is on its way at once; a reader who does not take the rest keeps it in memory. */
function cutOffIfSlow(response: Response): void {
  if (response.writableFinished || response.destroyed || !response.socket?.writableLength) return;
  const slow = setTimeout(() => response.destroy(), TAKE_MS).unref();
  response.once('close', () => clearTimeout(slow));
}
