import { setImmediate as rest, setTimeout as sleep } from 'node:timers/promises';

/** A piece of work in many small steps takes so many milliseconds. */
const PIECE_MS = 2;

/** The items as they come. After each piece of work with them other work gets its turn. */
export async function* withPauses<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, void> {
  const turn = pauses();
  for await (const item of items) {
    yield item;
    await turn();
  }
}

/**
 * To be called after each small step of work: gives a promise to wait for whenever a piece is over, so that other work gets its turn; with `ms`, for what is
 * not urgent, so many milliseconds for itself.
 */
export function pauses(ms?: number): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < PIECE_MS) return undefined;
    return (ms === undefined ? rest() : sleep(ms)).then(() => {
      since = performance.now();
    });
  };
}

/** Does something to each item, one after the other. An item that fails does not stop the others: at the end this rejects with all errors. */
export async function forEachSettled<Item>(items: Iterable<Item>, what: string, run: (item: Item) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await run(item);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} ${what} failed.`);
}

export interface Underway {
  readonly size: number;
  /** The same promise. It counts until it has settled. */
  add<Result>(work: Promise<Result>): Promise<Result>;
  /** Resolves once nothing is under way any more, nor what began meanwhile. */
  ended(): Promise<void>;
}

/** Work that goes on by itself, and that a stop waits for. Whoever adds it deals with its error. */
export function underway(): Underway {
  const works = new Set<Promise<unknown>>();
  return {
    get size() {
      return works.size;
    },
    add: (work) => {
      const settled = () => works.delete(work);
      works.add(work);
      work.then(settled, settled);
      return work;
    },
    ended: async () => {
      while (works.size > 0) await Promise.allSettled(works);
    },
  };
}
