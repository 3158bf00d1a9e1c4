import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { CodedError } from '../codedError.ts';

export async function findMongod({ given }: { given: string | undefined; fetched: string; say: (line: string) => void }): Promise<string> {
  if (given) return given;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'mongod');
    if (await canRun(program)) return program;
  }
  throw new CodedError('NO_MONGOD', 'No mongod was found. Set MONGOD_BINARY.');
}

async function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
