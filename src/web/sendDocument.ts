import type { Response } from 'express';

/** A paper of a work is given as a file: a PDF is kept by the browser, never run in the page. */
export function sendDocument(response: Response, { type, bytes }: { readonly type: 'pdf' | 'jpeg'; readonly bytes: Buffer }): void {
  const isPdf = type === 'pdf';
  response
    .type(isPdf ? 'application/pdf' : 'image/jpeg')
    .set({
      'Content-Disposition': `${isPdf ? 'attachment' : 'inline'}; filename="paper.${isPdf ? 'pdf' : 'jpg'}"`,
      'X-Content-Type-Options': 'nosniff',
    })
    .send(bytes);
}
