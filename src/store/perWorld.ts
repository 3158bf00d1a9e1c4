import type { World } from './world.ts';

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
