import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** The clients beside those who vote, in a process of their own (`withCrowd`): readers, or a client that posts unsigned forms. */
export interface CrowdOrder {
  readonly port: number;
  /** The paths that are read over and over; each of so many connections reads one of them. */
  readonly read?: { readonly paths: readonly string[]; readonly readers: number };
  /** The form that is posted, so many times a second. */
  readonly post?: { readonly path: string; readonly body: string; readonly rate: number };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const agent = new Agent({ keepAlive: true });
const { port, read, post }: CrowdOrder = JSON.parse(process.argv[2] ?? '');
/** The number of requests by result. */
const counts: Record<string, number> = {};

process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
});
if (read) for (let reader = 0; reader < read.readers; reader++) void reading(read.paths[reader % read.paths.length] ?? '/');
if (post) setInterval(() => void ask(post.path, post.body), 1_000 / post.rate);
process.stdout.write('here\n');

async function reading(path: string): Promise<never> {
  for (;;) {
    const waits = await ask(path);
    if (waits) await sleep(waits * 1_000);
  }
}

/** Reads the answer to its end and throws it away; gives how many seconds to wait before the next request, 0 for none. */
function ask(path: string, body?: string): Promise<number> {
  return new Promise((resolve) => {
    const end = (what: string, wait: number) => {
      counts[what] = (counts[what] ?? 0) + 1;
      resolve(wait);
    };
    const sent = request({ port, path, agent, ...(body !== undefined && { method: 'POST', headers: FORM }) }, (answer) => {
      answer.resume().once('end', () => end(String(answer.statusCode), Number(answer.headers['retry-after'] ?? 0)));
    });
    sent.once('error', () => end('broken', 1)).end(body);
  });
}
