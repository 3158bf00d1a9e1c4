import { CodedError } from '../store/codedError.ts';

/** An answer's bytes. Rejects with `too-long`, and reads no further, if there are more than so many. */
export async function readBounded(response: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > most) throw new CodedError('too-long', `${response.url} answers with more than ${most} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
