import { ApiError } from './apiError.ts';

/** One HTTP request: what it is, and until when it may take. */
export interface Asked {
  readonly body?: string;
  readonly limit: AbortSignal;
}

/** What came back: its type and its bytes. */
export interface Response {
  readonly type: string;
  readonly bytes: Buffer;
}

const MOST_BYTES = 4 * 1024 * 1024;
/** There was no connection over which anything could have gone. */
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

/** Asks WeChat's API: posts the body, or gets without one. Rejects with `ApiError` where no whole answer comes. */
export async function request(address: string, { body, limit }: Asked): Promise<Response> {
  try {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const response = await fetch(address, { ...(body !== undefined && post), signal: limit, redirect: 'error' });
    if (!response.ok) throw new ApiError('noAnswer');
    return { type: response.headers.get('content-type') ?? '', bytes: await readBytes(response) };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(isUnreachable(error) ? 'unreachable' : 'noAnswer'); // the cause holds the address, and that the token
  }
}

async function readBytes(response: globalThis.Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new ApiError('noAnswer');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isUnreachable(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && UNREACHABLE.includes(String(cause.code));
}
