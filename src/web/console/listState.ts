import type { Request } from 'express';
import { numberIn, type Values } from './query.ts';

/** What an address says of a list. It stays there through everything that is done in the list. */
export interface ListState {
  /** By name; undefined where nothing is asked for. */
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly sort: { readonly by: string; readonly isDescending: boolean } | undefined;
  /** Where the page begins: `next` of the page before. */
  readonly after: string | undefined;
  /** Its number, and where the pages before it begin, the last ones at least, but for the first. */
  readonly page: number;
  readonly past: readonly string[];
  /** The keys of the rows that are ticked, those on other pages, too. */
  readonly ticked: readonly string[];
  /** Everything that the filter shows is chosen. */
  readonly isAll: boolean;
}

/** What may stand in the address of a list. */
export interface Askable {
  /** What narrows it, by its name in the address: gives the value that is meant; undefined if it is none. */
  readonly filters: Readonly<Record<string, (given: string) => string | undefined>>;
  /** The columns by which it can be sorted. */
  readonly sorts?: readonly string[];
}

/** Rows that can be ticked one by one: they stand in the address. */
export const MOST_TICKED = 200;
/** Characters of a value. */
const MAX_VALUE_CHARS = 200;
/** So many pages one goes back step by step; then to the first. */
const MOST_PAST = 8;

/** Reads filter, sorting, place and ticks from an address; the ticks of the page that was sent are in its form. */
export function listState({ filters, sorts = [] }: Askable, { query, body }: Request): ListState {
  const one = (name: string) => stringsIn(query, name).at(-1)?.trim() || undefined;
  const sort = one('sort');
  const by = sorts.find((name) => sort === name || sort === `-${name}`);
  const filter = Object.entries(filters).map(([name, read]) => {
    const value = one(name);
    return [name, value === undefined ? undefined : read(value)] as const;
  });
  return {
    filter: Object.fromEntries(filter),
    sort: by === undefined ? undefined : { by, isDescending: sort !== by },
    ...placeIn(one('after'), one('page'), stringsIn(query, 'past')),
    ticked: [...new Set([...stringsIn(query, 'tick'), ...stringsIn(body, 'tick')])].slice(0, MOST_TICKED),
    isAll: one('all') === 'yes',
  };
}

function placeIn(after: string | undefined, page: string | undefined, past: readonly string[]): Pick<ListState, 'after' | 'page' | 'past'> {
  return after === undefined ? FIRST : { after, page: Math.max(2, numberIn(page) ?? 2), past: past.slice(-MOST_PAST) };
}

/** Where a list begins. */
export const FIRST = { after: undefined, page: 1, past: [] } as const;

/** The page that follows. */
export function nextPage({ after, page, past }: ListState, next: string | number): Pick<ListState, 'after' | 'page' | 'past'> {
  return { after: String(next), page: page + 1, past: after === undefined ? [] : [...past, after].slice(-MOST_PAST) };
}

/** The page before, or the first one, where that is not known any more. */
export function pageBefore({ page, past }: ListState): Pick<ListState, 'after' | 'page' | 'past'> {
  const after = past.at(-1);
  return after === undefined ? FIRST : { after, page: page - 1, past: past.slice(0, -1) };
}

/** The state of a list as an address says it. */
export function listValues({ filter, sort, after, page, past, ticked, isAll }: ListState): Values {
  const place = after === undefined ? {} : { after, page, past };
  return { ...filter, sort: sort && `${sort.isDescending ? '-' : ''}${sort.by}`, ...place, tick: ticked, all: isAll ? 'yes' : undefined };
}

/** What an address says of a list, for links that lead to one of its rows, for forms there, and for the way back. */
export function keptIn(list: Askable, request: Request): Values {
  return listValues(listState(list, request));
}

/** All values that an address or a form has under a name, each cut. */
export function stringsIn(values: unknown, name: string): string[] {
  const given: unknown = typeof values === 'object' && values !== null ? Reflect.get(values, name) : undefined;
  const each: readonly unknown[] = Array.isArray(given) ? given : [given];
  return each.flatMap((value) => (typeof value === 'string' ? [value.slice(0, MAX_VALUE_CHARS)] : []));
}
