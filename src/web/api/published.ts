import { type Request, type Response, Router } from 'express';
import type { PublishedFileRecord, PublishedFiles } from '../../fund/ballots/index.ts';
import { promptAt, promptSound } from '../../fund/communities/index.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import type { ReaderLimit } from '../readerLimit.ts';

/** Answers with a file of a sealed ledger; it never changes. With `after`, only with the lines after that many. */
export async function sendPublished(
  readerLimit: ReaderLimit,
  files: PublishedFiles,
  file: PublishedFileRecord,
  request: Request<{ id: string }>,
  response: Response,
  after = 0,
): Promise<void> {
  const etag = `"${file.hash}${after > 0 ? `-${after}` : ''}"`;
  const named = () => {
    response.set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: etag });
    return response.type(file._id.name === 'results' ? 'application/json' : 'application/x-ndjson');
  };
  const sized = () => {
    named();
    if (after === 0) response.set('Content-Length', String(file.size));
  };
  if (request.get('if-none-match')?.includes(etag)) return void named().status(304).end();
  if (request.method === 'HEAD') {
    sized();
    return void response.end();
  }
  await readerLimit.send(response, partsAfter(files, file, after), sized);
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

/**
 * `/audio/NAME.mp3`: a recorded prompt of the phone line, fetched by the carrier. What residents said is never here. A request for an invented
 * address does not wait among the real ones, and nothing is looked up for it.
 */
export function audio(world: World, readerLimit: ReaderLimit): Router {
  return Router().get(
    '/audio/:name',
    ({ params: { name } }, _response, next) => {
      if (promptAt(world, name) === undefined) throw nothingHere();
      next();
    },
    readerLimit.handler<{ name: string }>(async ({ params: { name } }, response) => {
      const sound = await promptSound(promptAt(world, name) ?? '');
      if (!sound) throw nothingHere();
      response.set('cache-control', 'public, max-age=31536000, immutable').type('audio/mpeg').end(sound);
    }),
  );
}

function nothingHere(): Refusal {
  return new Refusal(404, 'There is nothing at this address.');
}
