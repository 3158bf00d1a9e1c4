import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readAtMost } from '../store/readAtMost.ts';
import { leafText, readLeaves } from '../transparency/checkpoint.ts';
import type { Signer } from '../transparency/note.ts';
import { witnessPage } from './page.ts';
import type { WatchedLog } from './watchedLog.ts';
import { addCheckpoint } from './witness.ts';

const LONGEST_BODY = 64 * 1_024;
const TIMES = { headersTimeout: 10_000, requestTimeout: 20_000 };

/** The witness over HTTP: `add-checkpoint`, what it has seen of each log, the leaves that it keeps, and its page. Put a web server with TLS in front. */
export function serveWitness(logs: ReadonlyMap<string, WatchedLog>, signer: Signer, now: () => Date): Server {
  const byId = new Map([...logs.values()].map((log) => [log.id, log]));
  return createServer(TIMES, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      if (response.headersSent) response.destroy();
      else plain(response, 500, 'something failed here; try again\n');
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://witness');
    if (request.method === 'POST' && pathname === '/add-checkpoint') {
      const body = (await readAtMost(request, LONGEST_BODY))?.toString('utf8');
      if (body === undefined) return plain(response, 413, 'a checkpoint with its proof is shorter\n');
      const { status, type, body: text } = await addCheckpoint(logs, signer, body, now);
      response.writeHead(status, { 'Content-Type': type }).end(text);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, 'only add-checkpoint is posted\n');
    if (pathname === '/') {
      const language = searchParams.get('lang') === 'en' ? 'en' : 'zh-CN';
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...SAFE }).end(witnessPage([...logs.values()], signer, language));
      return;
    }
    const [, id = '', what = '', slug, ...more] = pathname.split('/');
    const log = byId.get(id);
    if (log && what === 'checkpoint' && slug === undefined) {
      const { seen } = log.state();
      return seen ? plain(response, 200, seen.note) : plain(response, 404, 'nothing was cosigned yet\n');
    }
    if (log && what === 'leaves' && more.length === 0) {
      const all = await log.leaves();
      return plain(response, 200, slug === undefined ? all : leavesOf(all, decodeURIComponent(slug)));
    }
    plain(response, 404, 'there is nothing at this address\n');
  }
}

const SAFE = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
};

function plain(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Access-Control-Allow-Origin': '*',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-cache',
    })
    .end(text);
}

/** The leaves of one community. */
function leavesOf(all: string, community: string): string {
  const leaves = (readLeaves(all) ?? []).filter((leaf) => leaf.community === community);
  return leaves.map(leafText).join('');
}
