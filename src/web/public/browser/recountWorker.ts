import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { config } from 'zod';
import { type AuditFiles, resultsText } from '../../../fund/ballots/audit/readFiles.ts';
import { type Published, verifyPublished } from '../../../fund/ballots/audit/verifyPublished.ts';

/** Redoes the count of the cycle whose API address it gets, and reports its progress. */
config({ jitless: true }); // the page's policy allows no code made of strings

const EVERY = 2_000;

/** What the worker is asked: the cycle's API address, whether there is a log of heads, and in which language projects are named. */
export interface RecountAsked {
  readonly address: string;
  readonly language: string;
  readonly hasProof: boolean;
}

self.addEventListener('message', ({ data }: MessageEvent<RecountAsked>) => {
  recount(data).catch(() => post({ step: 'unreachable' }));
});

async function recount(asked: RecountAsked): Promise<void> {
  const files = await downloaded(asked);
  const of = files['ledger.ndjson']?.match(/\n/g)?.length ?? 0;
  let done = 0;
  const found = verifyPublished(files, (text) => bytesToHex(sha256(utf8ToBytes(text))), {
    hash: sha256,
    onEntry: () => {
      done += 1;
      if (done % EVERY === 0 || done === of) post({ step: 'chain', done, of });
    },
  });
  post({ step: 'end', ...(await withSignatures(found)), titles: titlesIn(asked.language, files['ballot.json']) });
}

/** Checks the signatures of the log and its witnesses, where the browser can (Ed25519, and a page that came over https). */
async function withSignatures(found: Published): Promise<{ found: Published; areSigned?: boolean }> {
  if (!found.ok || !found.proof) return { found };
  for (const { key, message, signature } of found.proof.signatures) {
    const holds = await verified(key.publicKey, message, signature);
    if (holds === undefined) return { found, areSigned: false };
    if (!holds) return { found: { ok: false, file: 'proof.json', line: 1, what: `bears a signature of ${key.name} that does not hold` } };
  }
  return { found, areSigned: true };
}

/** Undefined: this browser cannot tell. */
async function verified(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean | undefined> {
  try {
    const key = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message));
  } catch {
    return undefined;
  }
}

async function downloaded({ address, hasProof }: RecountAsked): Promise<AuditFiles> {
  let bytes = 0;
  const count = (more: number) => {
    bytes += more;
    post({ step: 'download', bytes });
  };
  const ballot = await text(`${address}/ballot`, count);
  const ledger = await text(`${address}/ledger`, count);
  const ballots = await text(`${address}/ballots`, count);
  const results = await text(`${address}/results`, count);
  const slips = hasPaper(results) ? await text(`${address}/slips`, count, 404) : undefined;
  const proof = hasProof ? await text(`${address}/proof`, count, 404) : undefined;
  return {
    ...(ballot !== undefined && { 'ballot.json': ballot }),
    ...(ledger !== undefined && { 'ledger.ndjson': ledger }),
    ...(ballots !== undefined && { 'ballots.ndjson': ballots }),
    ...(results !== undefined && { 'results.json': written(results) }),
    ...(slips !== undefined && { 'slips.json': slips }),
    ...(proof !== undefined && { 'proof.json': proof }),
  };
}

/** A file's text; undefined if it is only for supervisors, or there is none. Rejects if it cannot be fetched. */
async function text(address: string, count: (bytes: number) => void, none = 403): Promise<string | undefined> {
  const response = await fetch(address, { cache: 'no-store' });
  if (response.status === none) return undefined;
  if (!response.ok || !response.body) throw new Error(`${response.status}`);
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  const parts: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts.join('') + decoder.decode();
    count(value.length);
    parts.push(decoder.decode(value, { stream: true }));
  }
}

/** Whether slips of paper were counted. */
function hasPaper(results = ''): boolean {
  return /"byChannel":\{[^}]*"paper"/.test(results);
}

/** One value for each line, as in an audit. A line that is not JSON stays as it is; the check reports it. */
function written(results: string): string {
  try {
    return resultsText(JSON.parse(results));
  } catch {
    return results;
  }
}

function titlesIn(language: string, ballot = '{}'): Record<number, string> {
  try {
    const { projects = [] }: { projects?: { number: number; title: string; titles?: { en?: string } }[] } = JSON.parse(ballot);
    return Object.fromEntries(projects.map(({ number, title, titles }) => [number, (language === 'en' && titles?.en) || title]));
  } catch {
    return {};
  }
}

function post(message: RecountMessage): void {
  self.postMessage(message);
}

/** What the worker reports while it counts, and at the end. */
export type RecountMessage =
  | { readonly step: 'download'; readonly bytes: number }
  | { readonly step: 'chain'; readonly done: number; readonly of: number }
  | { readonly step: 'unreachable' }
  | {
      readonly step: 'end';
      readonly found: Published;
      /** Whether the signatures in its proof were checked: a browser may not be able to. */
      readonly areSigned?: boolean;
      /** The ballot's projects by number. */
      readonly titles: Readonly<Record<number, string>>;
    };
