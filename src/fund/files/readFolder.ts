import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type Problem } from '../../store/codedError.ts';
import { LANGUAGES, type PromptFile } from '../communities/index.ts';
import { mp3Seconds } from '../inquiries/index.ts';
import { STAFF_FILE } from './readStaff.ts';
import { TEMPLATES_FILE } from './readTemplates.ts';
import { readText } from './readYaml.ts';

/** The texts of a community's files, and its recorded prompts. A file that is not in the folder, or is no text, is absent. */
export interface Files {
  readonly community?: string;
  readonly residents?: string;
  readonly cycle?: string;
  readonly staff?: string;
  readonly templates?: string;
  readonly prompts: readonly PromptFile[];
}

/** Where the files are: a folder, or a ZIP. */
export interface FileSource {
  /** Undefined if there is no such file. */
  bytes(path: string): Promise<Uint8Array | undefined>;
  /** What lies in a folder, sorted; nothing if there is none. */
  names(folder: string): Promise<readonly string[]>;
}

export const TEXT_FILES = ['community.yaml', 'residents.csv', 'cycle.yaml', STAFF_FILE, TEMPLATES_FILE];

/** Reads a community's files, and gives the problem of each that cannot be read as text or sound. Rejects with `no-files` if there is no `community.yaml`. */
export async function filesIn(source: FileSource): Promise<{ files: Files; problems: Problem[] }> {
  const [community, residents, cycle, staff, templates] = await Promise.all(TEXT_FILES.map((name) => source.bytes(name)));
  if (!community) throw new CodedError('no-files', 'There is no community.yaml at the top of it.');
  const { prompts, problems } = await readAudio(source);
  const text = (file: string, bytes: Uint8Array | undefined) => {
    const read = bytes && readText(file, bytes);
    if (read && 'problem' in read) problems.push(read.problem);
    return read && 'text' in read ? read.text : undefined;
  };
  const files = {
    community: text('community.yaml', community),
    residents: text('residents.csv', residents),
    cycle: text('cycle.yaml', cycle),
    staff: text(STAFF_FILE, staff),
    templates: text(TEMPLATES_FILE, templates),
    prompts,
  };
  return { files, problems };
}

/** The files of a folder on the disk, without those that operating systems leave there. */
export function folderAt(dir: string): FileSource {
  return {
    bytes: (path) => ifThere(readFile(join(dir, path))),
    names: async (folder) => ((await ifThere(readdir(join(dir, folder)))) ?? []).filter((name) => !/^(\.|Thumbs\.db$)/.test(name)).toSorted(),
  };
}

async function ifThere<Read>(reading: Promise<Read>): Promise<Read | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A key such as `menu.top`, `vote.receipt.2`, `number.12`, `title.qingsong-2027.3`. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/;
const LONGEST_SECONDS = 60;
const MAX_BYTES = 1024 * 1024;

/** Reads the recorded prompts `audio/<language>/<key>.mp3` of a community. */
async function readAudio(source: FileSource): Promise<{ prompts: PromptFile[]; problems: Problem[] }> {
  const prompts: PromptFile[] = [];
  const problems: Problem[] = [];
  for (const language of await source.names('audio')) {
    const folder = `audio/${language}`;
    if (!LANGUAGES.some((known) => known === language)) {
      problems.push({ file: folder, line: 1, what: `is not a language; they are ${LANGUAGES.join(', ')}` });
      continue;
    }
    for (const name of await source.names(folder)) {
      const file = `${folder}/${name}`;
      const read = readPrompt((await source.bytes(file)) ?? new Uint8Array(), name);
      if ('wrong' in read) problems.push({ file, line: 1, what: read.wrong });
      else prompts.push({ language, ...read });
    }
  }
  return { prompts, problems };
}

function readPrompt(sound: Uint8Array, name: string): Omit<PromptFile, 'language'> | { wrong: string } {
  const key = name.replace(/\.mp3$/, '');
  if (key === name || !KEY.test(key)) return { wrong: 'must be called as `npm run prompts` lists it, with .mp3 behind' };
  if (sound.length > MAX_BYTES) return { wrong: 'is larger than 1 MiB' };
  const seconds = mp3Seconds(sound);
  if (seconds === undefined) return { wrong: 'is not an MP3' };
  if (seconds > LONGEST_SECONDS) return { wrong: `is longer than ${LONGEST_SECONDS} seconds` };
  return { key, seconds, hash: createHash('sha256').update(sound).digest('hex'), sound: Buffer.from(sound) };
}
