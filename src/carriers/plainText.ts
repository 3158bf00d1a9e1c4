/** Characters that no phone shows and XML 1.0 cannot hold, and halves of surrogate pairs. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text without the characters that an XML document or a phone cannot hold. */
export function plainText(text: string): string {
  return text.replace(UNHOLDABLE, '');
}
