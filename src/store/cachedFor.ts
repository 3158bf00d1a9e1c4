/**
 * Remembers for `ms` what `load` gave for a key, for `most` keys at most (the oldest goes first). Who asks while it
 * loads shares the load; a failed load is not kept. `now` in milliseconds.
 */
export function cachedFor<Value>(ms: number, most: number, load: (key: string) => Promise<Value>, now: () => number = Date.now): (key: string) => Promise<Value> {
  const kept = new Map<string, { until: number; value: Promise<Value> }>();
  return (key) => {
    const found = kept.get(key);
    if (found && found.until > now()) return found.value;
    const value = load(key);
    kept.delete(key);
    kept.set(key, { until: now() + ms, value });
    const oldest = kept.keys().next();
    if (kept.size > most && !oldest.done) kept.delete(oldest.value);
    value.catch(() => kept.delete(key));
    return value;
  };
}
