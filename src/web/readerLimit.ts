import type { Request, RequestHandler, Response } from 'express';
import { within } from '../store/collection.ts';
import { Refusal, TooManyReaders } from './errors.ts';

/** Limits the work for readers of pages, API and files: only a few are served at a time, and that work leaves time for the turns. */
export interface ReaderLimit {
  /** A handler that runs as one of a few. Refused with 503 if too many wait, or one waits too long. */
  handler<Parameters = Record<string, string>>(
    handle: (request: Request<Parameters>, response: Response) => Promise<void>,
  ): RequestHandler<Parameters>;
  /** Does a piece of work as one of a few. Refused with 503 if too many wait, or it waits too long. */
  enter<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Sends an answer in parts, each of which waits for its own turn, as fast as the reader takes them. `ready` is called before the first
   * is written. An earlier failure can still be answered; a later one breaks the connection off, so that nobody takes a part for the whole.
   */
  send(response: Response, parts: AsyncIterator<Uint8Array, void>, ready: () => void): Promise<void>;
}

interface Pace {
  /** So many are served at a time. */
  readonly atOnce: number;
  /** After each piece of work for a reader, its place stays empty for so many times as long; that time is for the turns. 0: until what came meanwhile was looked at. */
  readonly rest: number;
  /** How long the work for one may take, in milliseconds; ten seconds if absent. */
  readonly ms?: number;
}

/** For everybody. */
const READERS: Pace = { atOnce: 2, rest: 8 };
/** For those who work with the pages all day: they are few, and known. With eight at a time more of them share a command to the database than with four. */
export const STAFF: Pace = { atOnce: 8, rest: 0 };
/** For lists and rosters of thousands of rows that they send and fetch as files. Pages do not wait for it. */
export const FILES: Pace = { atOnce: 4, rest: 0, ms: 60_000 };
/** For communities' files that a street office sends. */
export const IMPORTS: Pace = { atOnce: 4, rest: 0, ms: 60_000 };
/** For what they print: a process of its own draws it, as long as it may (`printPdf`), two at a time; pages do not wait for it. */
export const PRINTING: Pace = { atOnce: 3, rest: 0, ms: 120_000 };
const LEAST_REST_MS = 4;
const LONGEST_REST_MS = 50;
const MOST_WAITING = 200;
const MOST_SENDING = 200;
/** How long a reader waits for a place, and how long the work for one usually may take, in milliseconds. */
const TIMEOUT_MS = 3_000;
const WORK_MS = 10_000;
/** A reader who does not take what is on the way (64 KiB) in this time is cut off; some 2 KiB a second are enough. Milliseconds. */
const TAKE_MS = 30_000;

export function readerLimit({ atOnce, rest, ms = WORK_MS }: Pace = READERS): ReaderLimit {
  let free = atOnce;
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
        if (response.writableEnded) return false; // it took too long, which was answered meanwhile
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
        void parts.return?.(); // not awaited: after a part that hangs it would wait for that part
      }
    },
  };

  async function enter<Result>(work: () => Promise<Result>): Promise<Result> {
    if (waiting.size >= MOST_WAITING) throw new TooManyReaders();
    return worked(work, TIMEOUT_MS);
  }

  /** Without patience a reader waits as long as it takes. */
  async function worked<Result>(work: () => Promise<Result>, patience?: number): Promise<Result> {
    if (free > 0) free -= 1;
    else await turn(patience);
    const began = performance.now();
    try {
      return await within(ms, work(), () => new Refusal(503, 'This takes too long just now; try again in a minute.'));
    } finally {
      if (rest === 0) setImmediate(next);
      else setTimeout(next, Math.min(LONGEST_REST_MS, Math.max(LEAST_REST_MS, rest * (performance.now() - began))));
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

/** Resolves once there is room for more, or the reader is gone. */
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

/** Cuts off a reader who does not take the rest of an answer: it would stay in memory. Most of an answer is on its way at once. */
function cutOffIfSlow(response: Response): void {
  if (response.writableFinished || response.destroyed || !response.socket?.writableLength) return;
  const slow = setTimeout(() => response.destroy(), TAKE_MS).unref();
  response.once('close', () => clearTimeout(slow));
}

/** One handler for a person who shows something, another for everybody else. */
export function whoShows(shows: (request: Request) => boolean, theirs: RequestHandler, others: RequestHandler): RequestHandler {
  return (request, response, next) => (shows(request) ? theirs : others)(request, response, next);
}
