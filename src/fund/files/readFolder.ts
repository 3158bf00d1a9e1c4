import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
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

/** Reads a community's folder, and gives the problem of each file that cannot be read as text or sound. Rejects with `no-files` if there is no `community.yaml`. */
export async function filesIn(dir: string): Promise<{ files: Files; problems: Problem[] }> {
  const names = ['community.yaml', 'residents.csv', 'cycle.yaml', STAFF_FILE, TEMPLATES_FILE];
  const [community, residents, cycle, staff, templates] = await Promise.all(names.map((name) => bytesOf(join(dir, name))));
  if (!community) throw new CodedError('no-files', 'There is no community.yaml in this folder.');
  const { prompts, problems } = await readAudio(dir);
  const text = (file: string, bytes: Buffer | undefined) => {
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

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A key such as `menu.top`, `vote.receipt.2`, `number.12`, `title.qingsong-2027.3`. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/;
const LONGEST_SECONDS = 60;
const MAX_BYTES = 1024 * 1024;

/** Reads the recorded prompts `audio/<language>/<key>.mp3` of a community's folder. There are none if the folder does not exist. */
async function readAudio(dir: string): Promise<{ prompts: PromptFile[]; problems: Problem[] }> {
  const prompts: PromptFile[] = [];
  const problems: Problem[] = [];
  for (const language of await namesIn(join(dir, 'audio'))) {
    const folder = `audio/${language}`;
    if (!LANGUAGES.some((known) => known === language)) {
      problems.push({ file: folder, line: 1, what: `is not a language; they are ${LANGUAGES.join(', ')}` });
      continue;
    }
    for (const name of await namesIn(join(dir, folder))) {
      const file = `${folder}/${name}`;
      const read = await readPrompt(join(dir, file), name);
      if ('wrong' in read) problems.push({ file, line: 1, what: read.wrong });
      else prompts.push({ language, ...read });
    }
  }
  return { prompts, problems };
}

async function readPrompt(path: string, name: string): Promise<Omit<PromptFile, 'language'> | { wrong: string }> {
  const key = name.replace(/\.mp3$/, '');
  if (key === name || !KEY.test(key)) return { wrong: 'must be called as `npm run prompts` lists it, with .mp3 behind' };
  const { size } = await stat(path);
  if (size > MAX_BYTES) return { wrong: 'is larger than 1 MiB' };
  const sound = await readFile(path);
  const seconds = mp3Seconds(sound);
  if (seconds === undefined) return { wrong: 'is not an MP3' };
  if (seconds > LONGEST_SECONDS) return { wrong: `is longer than ${LONGEST_SECONDS} seconds` };
  return { key, seconds, hash: createHash('sha256').update(sound).digest('hex'), sound };
}

/** The names in a folder, without files that operating systems leave there. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !/^(\.|Thumbs\.db$)/.test(name)).toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
