import { EventEmitter } from 'node:events';
import type { Channel } from '../fund/act.ts';
import { perWorld } from '../store/perWorld.ts';

/** Rung (`queued`) when a message was queued in this process, so that its sender need not wait for the next look; with the channel where it is on one alone. */
export const bell = perWorld(() => new EventEmitter<{ queued: [channel?: Channel] }>());
