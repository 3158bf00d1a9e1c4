import type { Vault } from './vault.ts';

/** What a function cannot know by itself and a test may want to fix: the secret, the time, chance. */
export interface World {
  readonly vault: Vault;
  /** The database's clock. */
  readonly now: () => Date;
  /** Whether this machine's own clock agrees with it. */
  readonly clockAgrees: () => boolean;
  /** Bytes that nobody can guess. */
  readonly randomBytes: (size: number) => Buffer;
}

/** A value that exists once in each world, such as a queue or cache that several services share. It is made when it is first asked for. */
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
