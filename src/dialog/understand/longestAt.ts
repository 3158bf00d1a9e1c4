const LETTER = /[\p{Script=Latin}']/u;

/**
 * The longest of the words that stands at this place, its first character being the key they are listed under.
 * A word that ends in a Latin letter must end there: "vote" is not in "voting", though it is in "vote3".
 */
export function longestAt(plain: string, at: number, from: ReadonlyMap<string, readonly string[]>): string | undefined {
  const first = plain.codePointAt(at);
  if (first === undefined) return undefined;
  return from.get(String.fromCodePoint(first))?.find((word) => plain.startsWith(word, at) && endsWhole(plain, at + word.length));
}

/** Whether the word that ends here goes on, letter after letter. */
function endsWhole(plain: string, end: number): boolean {
  return end >= plain.length || !LETTER.test(plain.charAt(end)) || !LETTER.test(plain.charAt(end - 1));
}
