import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json: locales and the demo's files are found from there, whether the sources run or dist. */
export const root = upFrom(import.meta.dirname);

function upFrom(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('No package.json above the program: start it from its own checkout.');
  return upFrom(above);
}
