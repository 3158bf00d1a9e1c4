import type { Channel } from '../fund/act.ts';
import type { Input } from './input.ts';

/** One message that a channel received and whose signature it has checked. */
export interface Inbound {
  readonly channel: Channel;
  /** Who writes: a phone number in E.164, or an openid. */
  readonly address: string;
  /** Which of our numbers or accounts it was sent to. */
  readonly to: string;
  /** HMAC of the carrier's own id of this delivery: the same delivery bears the same key. */
  readonly key: string;
  /** When it was received, by the database's clock. */
  readonly at: Date;
  /** Until when an answer is of use, in milliseconds since the epoch by the database's clock; the queue counts too. */
  readonly deadline: number;
  readonly input: Input;
  /** What somebody new is sure to read: the language of the poster that led here. */
  readonly language?: string;
  /** However much came from there, a call is answered. */
  readonly isCall?: true;
  /** A further step of what began before (a call): it counts for no flood. */
  readonly isContinued?: boolean;
  /** We called: the number is surely theirs. */
  readonly isPlaced?: boolean;
}
