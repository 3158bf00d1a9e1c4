const LETTER = /[\p{Script=Latin}']/u;

/**
 * The longest word that stands at this place; words are listed under their first character. A word that ends in a Latin letter must end
 * there: "vote" is not in "voting", but it is in "vote3".
 */
export function longestAt(plain: string, at: number, from: ReadonlyMap<string, readonly string[]>): string | undefined {
  const first = plain.codePointAt(at);
  if (first === undefined) return undefined;
  return from.get(String.fromCodePoint(first))?.find((word) => plain.startsWith(word, at) && endsWhole(plain, at + word.length));
}

/** Whether the word ends here: no further letter follows its last letter. */
function endsWhole(plain: string, end: number): boolean {
  return end >= plain.length || !LETTER.test(plain.charAt(end)) || !LETTER.test(plain.charAt(end - 1));
}

/** Words listed under their first character, longest first, for `longestAt`. */
export function byFirst(words: Iterable<string>): Map<string, string[]> {
  const listed = new Map<string, string[]>();
  for (const word of words) {
    const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
    listed.set(
      first,
      [...(listed.get(first) ?? []), word].sort((a, b) => b.length - a.length),
    );
  }
  return listed;
}
