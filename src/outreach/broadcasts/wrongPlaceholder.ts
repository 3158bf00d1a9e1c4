const KNOWN = ['{name}', '{building}'];

/** The first thing in braces that is no placeholder, or a brace that stands alone; undefined where there is none. */
export function wrongPlaceholder(text: string): string | undefined {
  return (text.match(/\{[^{}]*\}?|\}/g) ?? []).find((found) => !KNOWN.includes(found));
}
