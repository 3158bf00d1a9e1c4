import type { Channel } from '../contacts/channel.ts';
import type { Params } from './question.ts';

/** One entry of a list, with its cost in words. */
export interface Item {
  readonly number: number;
  readonly label: string;
  readonly cost?: string;
}

/**
 * How a channel words lists. `offer` invites a pick, and in one language it always gives the same text. `readBack` repeats what was
 * picked.
 */
export interface ListStyle {
  readonly offer: (items: readonly Item[]) => string;
  readonly readBack: (items: readonly Item[], separator: string) => string;
  /** The text is spoken: money, times and digits are worded for the ear. */
  readonly isSpoken?: true;
}

/** To whom and how something is said. */
export interface Setting {
  readonly language: string;
  readonly channel: Channel | 'page';
  readonly lists: ListStyle;
  /** The community's time zone, an IANA name. */
  readonly zone: string;
  /** Today: dates in its month are said without the month. If it is absent, the month is always said. */
  readonly at?: Date;
  /** Parameters that any text may name: `community`, `personName`, `personPhone`. */
  readonly defaults?: Params;
}

/** What formatters know besides the value. */
export interface Manner extends Setting {
  /** Between the entries of a list: 、 or a comma. */
  readonly separator: string;
}
