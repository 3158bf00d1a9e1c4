import type { World } from '../../src/store/world.ts';

export interface MovedClock {
  /** Milliseconds. */
  ahead: number;
  /** To a minute in Shanghai, as `2026-12-05T10:00`. */
  moveTo(shanghai: string): void;
}

/** Longer than communities and cycles are remembered, in milliseconds: once the clock has gone on by so much, they are read anew. */
export const REMEMBERED_MS = 1_100;

/** A world whose clock is `clock.ahead` milliseconds ahead of another one's time. */
export function movedWorld(of: World): { readonly world: World; readonly clock: MovedClock } {
  const clock: MovedClock = {
    ahead: 0,
    moveTo: (shanghai) => {
      clock.ahead = new Date(`${shanghai}:00+08:00`).getTime() - Date.now();
    },
  };
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
