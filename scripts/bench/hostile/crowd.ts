import { setTimeout as sleep } from 'node:timers/promises';

/** Who is there beside those who vote, in a process of its own (`withCrowd`): readers, or somebody who posts unsigned forms. */
export interface CrowdOrder {
  readonly port: number;
  /** Read over and over, one of them on each of so many connections. */
  readonly read?: { readonly paths: readonly string[]; readonly readers: number };
  /** Posted, so many a second. */
  readonly post?: { readonly path: string; readonly body: string; readonly rate: number };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const { port, read, post }: CrowdOrder = JSON.parse(process.argv[2] ?? '');
/** Requests by what came of them. */
const counts: Record<string, number> = {};

process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
});
if (read) for (let reader = 0; reader < read.readers; reader++) void reading(read.paths[reader % read.paths.length] ?? '/');
if (post) setInterval(() => void ask(post.path, { method: 'POST', body: post.body, headers: FORM }), 1_000 / post.rate);
process.stdout.write('here\n');

async function reading(path: string): Promise<never> {
  for (;;) {
    const waits = await ask(path, {});
    if (waits) await sleep(waits * 1_000);
  }
}

/** Gives for how many seconds one has to wait before one asks again, 0 for not at all. */
async function ask(path: string, request: RequestInit): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, request).catch(() => undefined);
  for await (const _ of answer?.body ?? []); // read to its end and thrown away
  const what = String(answer?.status ?? 'broken');
  counts[what] = (counts[what] ?? 0) + 1;
  return Number(answer?.headers.get('retry-after') ?? (answer ? 0 : 1));
}
