import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { firstCommunities } from '../fund/communities/index.js';
import { importCommunity } from '../fund/files/index.js';
import { operator } from '../fund/people/index.js';
import { CodedError } from '../store/codedError.js';
import { root } from '../store/files.js';
/** The folder of the files of the demo's community. */
export const FOLDER = join(root, 'src/demo/community');
/** The demo's community; null if none is imported. */
export async function demoCommunity() {
    const [first] = await firstCommunities(1);
    return first?.demo ? first : null;
}
/** Imports the demo's community. Rejects with code `bad-demo` if its files are wrong. */
export async function importDemo(world) {
    const outcome = await importCommunity(world)(FOLDER, operator('demo'), { demo: true });
    if ('problems' in outcome)
        throw new CodedError('bad-demo', outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`).join('\n'));
}
/** A line for each resident of the demo's community: name, phone, card and role. */
export function residentLines() {
    const residents = parse(readFileSync(join(FOLDER, 'residents.csv'), 'utf8'), { columns: true });
    return residents.map(({ name, phone, card, role }) => [name, phone || 'no phone', card && `card ${card}`, role].filter(Boolean).join(' · '));
}
