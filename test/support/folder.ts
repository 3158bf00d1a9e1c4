import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with these files, removed after the test that made it. To be called within a `describe`. */
export function useFolders(): (files: Readonly<Record<string, string | Uint8Array>>) => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
  });
  return (files) => {
    const folder = mkdtempSync(join(tmpdir(), 'yisheng-'));
    made.push(folder);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return folder;
  };
}

/** A file of settings, NAME=VALUE a line, as `useFolders` makes it. */
export function useSettingsFiles(): (settings: Readonly<Record<string, string>>) => string {
  const folder = useFolders();
  const lines = (settings: Readonly<Record<string, string>>) => Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return (settings) => join(folder({ settings: lines(settings).join('') }), 'settings');
}
