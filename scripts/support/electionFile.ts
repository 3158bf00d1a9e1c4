import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CodedError } from '../../src/store/codedError.ts';

/** As much as `verify` takes of such a file. Bytes. */
const MAX_BYTES = 500_000_000;

/** The bytes of a Pabulib file, as it is (`.pb`) or compressed (`.pb.gz`). Throws `not-unpacked` for one that cannot be unpacked. */
export function electionBytes(path: string): Buffer {
  const bytes = readFileSync(path);
  if (!path.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    throw new CodedError('not-unpacked', `${basename(path)} cannot be unpacked: fetch it again, or unpack it with gunzip.`, { cause });
  }
}
