import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './files.ts';

/** The version of this program, as `package.json` says. */
export const VERSION: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
