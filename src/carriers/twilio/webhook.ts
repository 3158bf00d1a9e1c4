import type { ServerResponse } from 'node:http';

/** Answers a carrier with an XML document. The content type is written directly, because a look-up for each answer costs time. */
export function answerXml(response: ServerResponse, document: string): void {
  response.setHeader('content-type', 'text/xml; charset=utf-8').end(document);
}
