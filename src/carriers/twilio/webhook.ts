import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';

/** A handler behind `signedForm`. The fields are in `response.locals.form`; `at` is when the step arrived, if an earlier handler has waited since. */
export type FormHandler = RequestHandler<Record<string, string>, unknown, unknown, unknown, { form: Readonly<Record<string, string>>; at?: Date }>;

/** The query of a request target as it came in. Nothing else of the target is parsed, so that a target that is not an address cannot throw. */
export function queryOf(target: string): URLSearchParams {
  const begins = target.indexOf('?');
  return new URLSearchParams(begins < 0 ? '' : target.slice(begins + 1));
}

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
