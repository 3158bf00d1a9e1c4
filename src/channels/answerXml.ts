import type { ServerResponse } from 'node:http';

/** Answers a carrier with an XML document; the type is not looked up each time. */
export function answerXml(response: ServerResponse, document: string): void {
  response.setHeader('content-type', 'text/xml; charset=utf-8').end(document);
}
