import { once } from 'node:events';
import express from 'express';
import { flows } from '../../flows/index.ts';
import { ballotPreview } from '../../src/app/ballotPreview.ts';
import { logger } from '../../src/app/logger.ts';
import { metrics, requestLog } from '../../src/app/metrics.ts';
import { aloud, messageParts, messageUnits, noticeText } from '../../src/app/words.ts';
import { phrasesOf } from '../../src/channels/voice/prompts/promptBook.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { countByState } from '../../src/outreach/outbox/forgetMessages.ts';
import type { World } from '../../src/store/world.ts';
import { lastError } from '../../src/web/errors.ts';
import { type WebDeps, webRoutes } from '../../src/web/webRoutes.ts';
import { forget } from '../support/forget.ts';

/** The pages and the API over HTTP, on a loopback port of its own if none is given; `lines` are the lines of the log. */
export async function serve(world: World, deps: Partial<WebDeps> = {}, port = 0) {
  const lines: string[] = [];
  const log = logger('trace', { write: (line) => void lines.push(line) });
  const measured = metrics({ outbox: countByState });
  const catalogue = await loadCatalogue();
  const app = express()
    .disable('x-powered-by')
    .use(requestLog(log, measured))
    .use(
      webRoutes(world, {
        catalogue,
        publicUrl: 'https://example.org',
        hasChat: () => false,
        chatCode: async () => undefined,
        broadcasts: { channels: ['sms'], word: noticeText(world, catalogue), units: messageUnits, parts: messageParts },
        metrics: measured,
        isStopping: () => false,
        previewBallot: ballotPreview(world, catalogue, phrasesOf(catalogue, flows)),
        forget,
        aloud: aloud(world, catalogue, phrasesOf(catalogue, flows)),
        ...deps,
      }),
    )
    .use(lastError(log));
  const server = app.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    lines,
    app,
    get: (path: string, init: RequestInit = {}) => fetch(url + path, init),
    json: async <Body>(path: string): Promise<Body> => JSON.parse(await (await fetch(url + path)).text()),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Served = Awaited<ReturnType<typeof serve>>;

/** Called inside a `describe`: `serve` for its tests. */
export function useServed(world: World, deps: Partial<WebDeps> = {}): Served {
  let web: Served;
  before(async () => {
    web = await serve(world, deps);
  });
  after(() => web.close());
  return {
    get url() {
      return web.url;
    },
    get lines() {
      return web.lines;
    },
    get app() {
      return web.app;
    },
    get: (path, init) => web.get(path, init),
    json: (path) => web.json(path),
    close: () => web.close(),
  };
}
