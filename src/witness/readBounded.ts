import { CodedError } from '../store/codedError.ts';
import { readAtMost } from '../store/readAtMost.ts';

/** An answer's bytes. Rejects with `too-long`, and reads no further, if there are more than so many. */
export async function readBounded(response: Response, most: number): Promise<Buffer> {
  const bytes = response.body ? await readAtMost(response.body, most) : Buffer.alloc(0);
  if (!bytes) throw new CodedError('too-long', `${response.url} answers with more than ${most} bytes.`);
  return bytes;
}
