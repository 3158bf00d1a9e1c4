import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord, Project } from '../../fund/cycles/index.ts';
import type { answersTo } from '../../fund/proposals/index.ts';
import type { PageKey } from '../../store/textKeys.ts';
import type { Printed } from '../printed.ts';

/** The words of a document, in one language and with one community's time and money. */
export interface PrintText<File extends 'print' | 'page' = 'print' | 'page'> {
  readonly language: Printed['language'];
  say(key: PageKey<File>, params?: Readonly<Record<string, string | number>>): string;
  time(at: Date, edge: 'from' | 'until'): string;
  date(at: Date): string;
  span(from: Date, to: Date): string;
  money(amount: number, currency: string): string;
  phone(number: string): string;
}

/** What every document is about. */
export interface About {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord;
  /** By number; once the vote has opened, those of the frozen ballot. */
  readonly projects: readonly Project[];
  readonly now: Date;
  /** `print.json`, and the public pages' `page.json`. */
  readonly text: PrintText<'print'>;
  readonly page: PrintText<'page'>;
  /** What the addresses of sources begin with; absent if others cannot open them. */
  readonly from?: string | undefined;
}

/** How many proposals have an answer, and how long half of the answers took at most: a day at least. */
export function answeredWords(
  { proposals, answered, medianDays }: Awaited<ReturnType<ReturnType<typeof answersTo>>>,
  { say }: Pick<PrintText, 'say'>,
): string {
  if (answered === 0 || medianDays === null) return say('proposals.sum', { count: proposals, answered });
  return say('proposals.sumDays', { count: proposals, answered, days: Math.max(1, medianDays) });
}

/** A phone number, or another text, that stays in one line. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** What a document begins with: whose it is, and what it is called. */
export function headOf(
  { community, cycle }: About,
  title: string,
): readonly [{ readonly text: string; readonly grey: true }, { readonly heading: string }] {
  return [{ text: `${community.name} · ${cycle.title}`, grey: true }, { heading: title }];
}

export function footerOf({ community, cycle, text, now }: About, title: string): string {
  return `${community.name} · ${cycle.title} · ${title} · ${text.date(now)}`;
}

/** Where a number of this cycle is from: `file` of what is public of it as data, or a page below the community's. */
export function sourceOf({ from, cycle, community }: About, kind: 'data' | 'page', name: string): string | undefined {
  if (from === undefined) return undefined;
  const id = encodeURIComponent(cycle._id);
  return kind === 'data' ? `${from}/api/cycles/${id}/${name}` : `${from}/c/${community._id}/${name}?cycle=${id}`;
}
