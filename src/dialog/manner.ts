import type { Channel } from '../contacts/channel.ts';
import type { Params } from './question.ts';

/** One entry of a list, its cost in words. */
export interface Item {
  readonly number: number;
  readonly label: string;
  readonly cost?: string;
}

/** How a channel words lists: `offer` invites a pick, in one language always in the same way; `readBack` repeats what was picked. */
export interface ListStyle {
  readonly offer: (items: readonly Item[]) => string;
  readonly readBack: (items: readonly Item[], separator: string) => string;
  /** Money, times and digits are spoken, too, not written. */
  readonly isSpoken?: true;
}

/** To whom and how something is said. */
export interface Setting {
  readonly language: string;
  readonly channel: Channel | 'page';
  readonly lists: ListStyle;
  /** IANA name of the community's zone. */
  readonly zone: string;
  /** Today: its month is not said. Without it the month always is. */
  readonly at?: Date;
  /** Parameters that any text may name: `community`, `personName`, `personPhone`. */
  readonly defaults?: Params;
}

/** What the formatters know besides the value. */
export interface Manner extends Setting {
  /** Between the entries of a list: 、 or a comma. */
  readonly separator: string;
}
