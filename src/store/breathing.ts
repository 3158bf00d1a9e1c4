import { setImmediate as rest } from 'node:timers/promises';

/** So many at a time: some milliseconds of work. */
const EACH = 100;

/** The same items; between every hundred of them whatever else waits has its turn. */
export async function* breathing<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, void> {
  let count = 0;
  for await (const item of items) {
    yield item;
    count += 1;
    if (count % EACH === 0) await rest();
  }
}
