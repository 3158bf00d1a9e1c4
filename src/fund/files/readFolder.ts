import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type Problem } from '../../store/codedError.ts';
import type { PromptFile } from '../communities/index.ts';
import { readAudio } from './readAudio.ts';
import { STAFF_FILE } from './readStaff.ts';
import { TEMPLATES_FILE } from './readTemplates.ts';
import { readText } from './readYaml.ts';

/** The texts of a community's files, and its recorded prompts. A file that is not in the folder is absent. */
export interface Files {
  readonly community: string;
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
  const text = (file: string, bytes: Buffer) => {
    const read = readText(file, bytes);
    if ('problem' in read) problems.push(read.problem);
    return 'text' in read ? read.text : '';
  };
  const files = {
    community: text('community.yaml', community),
    ...(residents && { residents: text('residents.csv', residents) }),
    ...(cycle && { cycle: text('cycle.yaml', cycle) }),
    ...(staff && { staff: text(STAFF_FILE, staff) }),
    ...(templates && { templates: text(TEMPLATES_FILE, templates) }),
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
