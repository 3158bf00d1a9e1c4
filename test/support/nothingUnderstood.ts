import type { Understood } from '../../src/dialog/input.ts';

/** Where no words are heard. */
export const NOTHING_UNDERSTOOD: Understood = { meaning: () => ({ kind: 'unknown' }), said: () => undefined, like: () => undefined };
