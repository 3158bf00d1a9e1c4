import { likestFirst } from '../../../dialog/understand/likeness.ts';
import type { Answered } from '../../../fund/inquiries/index.ts';

/** Kept answers beside an inquiry. */
const MOST = 5;

/** Answers to start from, each once: the community's own and those that were given before, the one to the likest question first; then others of its own. */
export function startsFor(
  text: string,
  own: readonly { readonly asks: readonly string[]; readonly says: string }[],
  given: readonly Answered[],
): string[] {
  const known = [...own.flatMap(({ asks, says }) => asks.map((ask) => ({ asks: ask, says }))), ...given];
  const likest = likestFirst(
    known.map(({ asks }) => asks),
    text,
    known.length,
  );
  const says = [...likest.flatMap((place) => known[place]?.says ?? []), ...own.map((each) => each.says)];
  return [...new Set(says)].slice(0, MOST);
}
