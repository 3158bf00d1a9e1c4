import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify as csv } from 'csv-stringify/sync';
import { stringify as yaml } from 'yaml';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { World } from '../../src/store/world.ts';

/** The contents of a community's files (docs/contract.md: Files). */
export interface CommunityFiles {
  readonly community: Readonly<Record<string, unknown>>;
  readonly cycle: Readonly<Record<string, unknown>>;
  readonly residents: readonly Readonly<Record<string, string>>[];
  readonly templates?: readonly Readonly<Record<string, unknown>>[];
}

/** Imports a community that a program made up, through files like any other. */
export async function importFiles(world: World, { community, cycle, residents, templates }: CommunityFiles): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'yisheng-files-'));
  try {
    writeFileSync(join(folder, 'community.yaml'), yaml(community));
    writeFileSync(join(folder, 'cycle.yaml'), yaml(cycle));
    if (templates) writeFileSync(join(folder, 'templates.yaml'), yaml(templates));
    writeFileSync(join(folder, 'residents.csv'), csv([...residents], { header: true }));
    const outcome = await importCommunity(world, folder, operator('import'));
    if ('problems' in outcome)
      throw new CodedError('not-imported', outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`).join('\n'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
