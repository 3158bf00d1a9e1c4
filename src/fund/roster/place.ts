import type { Channel } from '../act.ts';

/** A phone or chat. */
export interface Place {
  readonly channel: Channel;
  readonly address: string;
}
