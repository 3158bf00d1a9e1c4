import { CodedError } from '../../store/codedError.ts';
import { type FileSource, TEXT_FILES } from './readFolder.ts';
import { unzipped } from './unzipped.ts';

/** What a community's files may have unpacked, in bytes: a roster of 30,000 has some two million, an hour of prompts fifteen. */
const LARGEST = 32_000_000;

/** The files of a ZIP that has them at its top; other files in it are nobody's. Throws `not-zip`, `too-large`. */
export function zipped(bytes: Uint8Array): FileSource {
  const files = unzipped(bytes, LARGEST, (name) => TEXT_FILES.includes(name) || PROMPT.test(name));
  if (files === 'tooBig') throw new CodedError('too-large', `Unpacked it has more than ${LARGEST / 1_000_000} MB, or more than 1,000 files.`);
  if (!files) throw new CodedError('not-zip', 'The body is no whole ZIP file.');
  const paths = Object.keys(files).toSorted();
  return {
    bytes: async (path) => files[path],
    names: async (folder) => [
      ...new Set(paths.flatMap((path) => (path.startsWith(`${folder}/`) ? (path.slice(folder.length + 1).split('/')[0] ?? []) : []))),
    ],
  };
}

const PROMPT = /^audio\/[^/]+\/(?!\.|Thumbs\.db$)[^/]+$/;
