import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CodedError } from './codedError.js';
/** The folder of package.json. Locales and the demo's files are found from there, both from the sources and from dist. */
export const root = upFrom(import.meta.dirname);
function upFrom(folder) {
    if (existsSync(join(folder, 'package.json')))
        return folder;
    const above = dirname(folder);
    if (above === folder)
        throw new Error('No package.json above the program: start it from its own checkout.');
    return upFrom(above);
}
/** Writes a small file that only its owner may read. The file is replaced as a whole or stays as it was. Rejects with `disk-full` if there is no room. */
export async function writeWhole(file, text) {
    const draft = `${file}.new`;
    try {
        await writeFile(draft, text, { mode: 0o600, flush: true });
        await rename(draft, file);
    }
    catch (cause) {
        await rm(draft, { force: true });
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'))
            throw cause;
        throw new CodedError('disk-full', `The disk that holds ${dirname(file)} is full: make room there.`, { cause });
    }
}
