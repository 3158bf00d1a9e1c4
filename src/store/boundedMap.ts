/** A map that keeps at most `limit` entries: the entry that was not used for longest goes first. The order of use is noted only once the map is half full. */
export interface BoundedMap<Key, Value> {
  get(key: Key): Value | undefined;
  /** The value that is kept under a key; it is made if there is none. */
  getOrMake(key: Key, make: () => Value): Value;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

export function boundedMap<Key, Value>(limit: number): BoundedMap<Key, Value> {
  const entries = new Map<Key, Value>();
  const set = (key: Key, value: Value) => {
    entries.delete(key);
    entries.set(key, value);
    if (entries.size > limit) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
  };
  const get = (key: Key) => {
    const value = entries.get(key);
    if (value !== undefined && entries.size > limit / 2) set(key, value);
    return value;
  };
  return {
    get,
    getOrMake: (key, make) => {
      const kept = get(key);
      if (kept !== undefined) return kept;
      const made = make();
      set(key, made);
      return made;
    },
    set,
    delete: (key) => void entries.delete(key),
  };
}
