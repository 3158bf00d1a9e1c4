import { readBounded } from './readBounded.ts';

/** How long a witness may take, in milliseconds, and how much it may say, in bytes: a few lines of signatures. */
const TIMEOUT_MS = 8_000;
const MAX_ANSWER_BYTES = 8_192;

/** What is asked: to cosign a checkpoint that goes on from the tree of `old` leaves. */
interface Asked {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}

/** The witness's lines, the size that it has seen (409), or why there is none. */
type Answer = { readonly lines: string } | { readonly size: number } | { readonly refused: 'contradicts' | 'unknown' | 'unreachable' };

/** Asks a witness for its signature on a checkpoint (C2SP tlog-witness, `add-checkpoint`). It never rejects; one that hangs, sends us on or says too much is `unreachable`. */
export async function askWitness({ url }: { readonly url: string }, { old, proof, note }: Asked): Promise<Answer> {
  try {
    const body = `old ${old}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note}`;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body, signal, redirect: 'manual' });
    const text = (await readBounded(response, MAX_ANSWER_BYTES)).toString('utf8');
    if (response.status === 200) return { lines: text };
    if (response.status === 409 && /^(0|[1-9]\d{0,14})\n$/.test(text)) return { size: Number(text) };
    if (response.status === 422) return { refused: 'contradicts' };
    return { refused: response.status === 403 || response.status === 404 ? 'unknown' : 'unreachable' };
  } catch {
    return { refused: 'unreachable' }; // whatever it is: the log does not depend on a witness, and how it stands is shown
  }
}
