import type { Published } from '../../fund/audit/verifyPublished.ts';

/** What the worker tells while it counts, and in the end. */
export type RecountMessage =
  | { readonly step: 'download'; readonly bytes: number }
  | { readonly step: 'chain'; readonly done: number; readonly of: number }
  | { readonly step: 'unreachable' }
  | {
      readonly step: 'end';
      readonly found: Published;
      /** The ballot's projects by number. */
      readonly titles: Readonly<Record<number, string>>;
    };
