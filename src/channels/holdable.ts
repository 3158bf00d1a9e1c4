/** Characters that XML 1.0 cannot hold, half of a pair included. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text without what an XML document cannot hold. */
export function holdable(text: string): string {
  return text.replace(UNHOLDABLE, '');
}
