/** Blanks, punctuation, signs and pictures: what may stand between words. */
const GAP = /[\s\p{P}\p{S}]/u;

/** Where the run of blanks, punctuation and pictures that begins here ends; `at` itself where there is none. */
export function gapEnd(plain: string, at: number): number {
  let end = at;
  while (end < plain.length) {
    const character = characterAt(plain, end);
    if (!GAP.test(character)) break;
    end += character.length;
  }
  return end;
}

/** The text without blanks, punctuation and pictures on either side, and where it begins. */
export function trimmed(plain: string): { readonly core: string; readonly start: number } {
  const start = gapEnd(plain, 0);
  let end = plain.length;
  while (end > start) {
    const isPair = end - 2 >= start && /[\udc00-\udfff]/.test(plain.charAt(end - 1));
    const from = end - (isPair ? 2 : 1);
    if (!GAP.test(plain.slice(from, end))) break;
    end = from;
  }
  return { core: plain.slice(start, end), start };
}

function characterAt(plain: string, at: number): string {
  return String.fromCodePoint(plain.codePointAt(at) ?? 0);
}
