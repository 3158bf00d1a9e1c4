import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinyin } from 'pinyin-pro';
import { root } from '../../src/store/files.ts';

/**
 * Writes `locales/zh-CN/syllables.txt` anew: each line a syllable without its tone, a blank, and the characters that are mostly read so.
 * The package itself takes 24 MB of a process, the table 128 kB. Characters: the 6,763 of GB 2312.
 * Run: npx tsx scripts/support/writeSyllables.ts
 */
const read = new Map<string, string>();
const decoder = new TextDecoder('gbk');
for (let row = 0xb0; row <= 0xf7; row++) {
  for (let cell = 0xa1; cell <= 0xfe; cell++) {
    const character = decoder.decode(Uint8Array.of(row, cell));
    if (!/^\p{Script=Han}$/u.test(character)) continue;
    const syllable = pinyin(character, { toneType: 'none', v: true });
    if (/^[a-z]+$/.test(syllable)) read.set(syllable, (read.get(syllable) ?? '') + character);
  }
}
const lines = [...read].sort(([a], [b]) => (a < b ? -1 : 1)).map(([syllable, characters]) => `${syllable} ${characters}`);
writeFileSync(join(root, 'locales/zh-CN/syllables.txt'), `${lines.join('\n')}\n`);
