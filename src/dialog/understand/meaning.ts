import type { Command } from '../command.ts';
import type { Answer } from '../question.ts';

/** What a message means, given what is open. */
export type Meaning =
  | { readonly kind: 'command'; readonly command: Command }
  /** Nearly a command ("停止吧,谢谢"): asked about, never guessed. */
  | { readonly kind: 'near'; readonly command: Command }
  /** Fits the open question. */
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Numbers, and nothing that is open takes them: read back before they count. */
  | { readonly kind: 'numbers'; readonly numbers: number[] }
  /** Titles of projects, and nothing that is open takes them: read back before they count. */
  | { readonly kind: 'named'; readonly numbers: number[] }
  | { readonly kind: 'unknown' };
