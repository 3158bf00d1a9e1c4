import type { Request, Response } from 'express';
import type { PublishedFiles } from '../fund/ledger/publishedFiles.ts';
import type { PublishedFileRecord } from '../fund/records/publishedFile.ts';
import type { Crowd } from './crowd.ts';

/** Answers with a file of a sealed ledger, which never changes; with `after` with what follows that many of its lines. */
export async function sendPublished(
  crowd: Crowd,
  files: PublishedFiles,
  file: PublishedFileRecord,
  request: Request<{ id: string }>,
  response: Response,
  after = 0,
): Promise<void> {
  const etag = `"${file.hash}${after > 0 ? `-${after}` : ''}"`;
  response.set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: etag });
  response.type(file._id.name === 'results' ? 'application/json' : 'application/x-ndjson');
  if (request.get('if-none-match')?.includes(etag)) return void response.status(304).end();
  if (after === 0) response.set('Content-Length', String(file.size));
  if (request.method === 'HEAD') return void response.end();
  await crowd.send(response, partsAfter(files, file, after), () => {});
}

async function* partsAfter(files: PublishedFiles, file: PublishedFileRecord, after: number): AsyncGenerator<Uint8Array, void> {
  const first = Math.max(
    0,
    file.from.findLastIndex((line) => line <= after + 1),
  );
  for (let part = first; part < file.from.length; part++) {
    const bytes = await files.part(file, part);
    yield part === first ? withoutLines(bytes, after + 1 - (file.from[part] ?? 1)) : bytes;
  }
}

function withoutLines(bytes: Buffer, count: number): Buffer {
  let begins = 0;
  for (let line = 0; line < count && begins < bytes.length; line++) {
    const end = bytes.indexOf('\n', begins);
    begins = end < 0 ? bytes.length : end + 1;
  }
  return bytes.subarray(begins);
}
