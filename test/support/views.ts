import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Right } from '../../src/fund/people/actor.ts';

const SRC = join(import.meta.dirname, '../../src');
/** Where views are. */
const FOLDERS = ['fund', 'outreach', 'web'];

/** Everything that staff read, and what only some of its readers see: each view and sight that a module exports, by name. */
export async function allViews(): Promise<readonly Right[]> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(SRC, folder, file)),
  ).filter((file) => file.endsWith('.ts') && !file.includes('/browser/'));
  const modules: Readonly<Record<string, unknown>>[] = await Promise.all(files.map((file) => import(file)));
  const views = modules.flatMap((each) => Object.values(each)).filter(isRead);
  return [...new Map(views.map((view) => [view.name, view])).values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function isRead(value: unknown): value is Right {
  return typeof value === 'object' && value !== null && 'may' in value && ('read' in value || 'isSight' in value);
}
