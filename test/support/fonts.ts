import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '../../src/store/files.ts';

/** A file for Chromium (`FONTCONFIG_FILE`): its only fonts are those of what is printed, so that a page looks the same on every machine. */
export function fontsFile(): string {
  const folder = join(root, '.data/fonts');
  const fonts = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')), '..', 'fonts');
  const file = join(folder, 'fonts.conf');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `<fontconfig><dir>${fonts}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>\n`);
  return file;
}
