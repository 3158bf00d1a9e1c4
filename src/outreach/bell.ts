import { EventEmitter } from 'node:events';
import { perWorld } from '../store/perWorld.ts';

/** Rung (`queued`) when a message was queued in this process, so that its sender need not wait for the next look. */
export const bell = perWorld(() => new EventEmitter<{ queued: [] }>());
