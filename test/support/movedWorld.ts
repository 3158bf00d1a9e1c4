import type { World } from '../../src/store/world.ts';

/** A world whose clock is `clock.ahead` milliseconds ahead of another one's time. */
export function movedWorld(of: World): { readonly world: World; readonly clock: { ahead: number } } {
  const clock = { ahead: 0 };
  const world: World = {
    get vault() {
      return of.vault;
    },
    randomBytes: (size) => of.randomBytes(size),
    now: () => new Date(Date.now() + clock.ahead),
    clockAgrees: () => true,
  };
  return { world, clock };
}
