import { type Response, Router } from 'express';
import { publishedCheckpoint, tileAt } from '../fund/heads/index.ts';
import { cached } from '../store/cache.ts';
import type { World } from '../store/world.ts';
import { type Signer, verifierKey } from '../transparency/note.ts';
import { Refusal } from './errors.ts';
import type { ReaderLimit } from './readerLimit.ts';

/** How long a checkpoint is given again without looking, in milliseconds. */
const KEPT_MS = 2_000;

/** `/log/…`: the log of heads as files (C2SP tlog-tiles), for whoever watches. A tile never changes; the checkpoint is the newest that is published. */
export function logRoutes(world: World, signer: Signer, readerLimit: ReaderLimit): Router {
  const checkpoint = cached(world, KEPT_MS, 1, () => publishedCheckpoint(signer.name));
  return Router()
    .get('/log/vkey', (_request, response) => {
      open(response, 'no-cache')
        .type('text/plain')
        .send(`${verifierKey(signer)}\n`);
    })
    .get(
      '/log/checkpoint',
      readerLimit.handler(async (_request, response) => {
        const note = await checkpoint('');
        if (note === undefined) throw new Refusal(404, 'The log has no tree yet: come again in a minute.');
        open(response, 'no-cache').type('text/plain').send(note);
      }),
    )
    .get(
      /^\/log\/(tile\/.+)$/,
      readerLimit.handler<{ 0: string }>(async ({ params }, response) => {
        const bytes = await tileAt(signer.name, params[0]);
        if (!bytes) throw new Refusal(404, 'The log has no such tile: its tree is smaller, or this is no tile’s name (c2sp.org/tlog-tiles).');
        open(response, 'public, max-age=31536000, immutable').type('application/octet-stream').send(Buffer.from(bytes));
      }),
    );
}

/** Any page may read it. */
function open(response: Response, caching: string): Response {
  return response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': caching, 'X-Content-Type-Options': 'nosniff' });
}
