import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type CommunityRecord, firstCommunities } from '../fund/communities/index.ts';
import { importCommunity } from '../fund/files/index.ts';
import { operator } from '../fund/people/index.ts';
import { CodedError } from '../store/codedError.ts';
import { root } from '../store/files.ts';
import type { World } from '../store/world.ts';

/** The folder of the files of the demo's community. */
export const FOLDER = join(root, 'src/demo/community');

/** The demo's community; null if none is imported. */
export async function demoCommunity(): Promise<CommunityRecord | null> {
  const [first] = await firstCommunities(1);
  return first?.demo ? first : null;
}

/** Imports the demo's community. Rejects with code `bad-demo` if its files are wrong. */
export async function importDemo(world: World): Promise<void> {
  const outcome = await importCommunity(world, FOLDER, operator('demo'), { demo: true });
  if ('problems' in outcome) throw new CodedError('bad-demo', outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`).join('\n'));
}

/** A line for each resident of the demo's community: name, phone, card and role. */
export function residentLines(): string[] {
  const residents: Record<string, string>[] = parse(readFileSync(join(FOLDER, 'residents.csv'), 'utf8'), { columns: true });
  return residents.map(({ name, phone, card, role }) => [name, phone || 'no phone', card && `card ${card}`, role].filter(Boolean).join(' · '));
}
