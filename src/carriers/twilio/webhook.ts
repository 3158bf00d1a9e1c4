import type { ServerResponse } from 'node:http';

/** Answers a carrier with an XML document. The content type is written directly, because a look-up for each answer costs time. */
export function answerXml(response: ServerResponse, document: string): void {
  response.setHeader('content-type', 'text/xml; charset=utf-8').end(document);
}

/** Characters that XML 1.0 cannot hold, and halves of surrogate pairs. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text without the characters that an XML document cannot hold. */
export function xmlSafe(text: string): string {
  return text.replace(UNHOLDABLE, '');
}
