import type { Vault } from './vault.ts';

/** What code cannot know by itself and a test may want to hold: the secret, the time, chance. */
export interface World {
  readonly vault: Vault;
  /** The database's clock. */
  readonly now: () => Date;
  /** That this machine's own clock agrees with it. */
  readonly clockAgrees: () => boolean;
  /** Bytes that nobody can guess. */
  readonly randomBytes: (size: number) => Buffer;
}

/** What exists once in each world, made when it is first asked for: queues and caches that several services share. */
export function perWorld<Value>(make: (world: World) => Value): (world: World) => Value {
  const made = new WeakMap<World, Value>();
  return (world) => {
    let value = made.get(world);
    if (value === undefined) {
      value = make(world);
      made.set(world, value);
    }
    return value;
  };
}
