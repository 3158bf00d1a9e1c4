export const TICK = { tick: true };
