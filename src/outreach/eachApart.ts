/** Does something to each item, one after the other. One that fails holds up no other: rejects at the end with all that failed. */
export async function eachApart<Item>(items: Iterable<Item>, what: string, run: (item: Item) => Promise<unknown>): Promise<void> {
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
