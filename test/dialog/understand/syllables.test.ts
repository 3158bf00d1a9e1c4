import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { pinyin } from 'pinyin-pro';
import { readSyllables } from '../../../src/dialog/understand/syllables.ts';

const FILE = 'locales/zh-CN/syllables.txt';

/**
 * The lines of syllables.txt: a syllable without its tone, and the characters of GB 2312 that are mostly read so. The package takes 24 MB
 * of a process, the table 128 kB.
 */
function lines(): string {
  const read = new Map<string, string>();
  const decoder = new TextDecoder('gbk');
  for (let row = 0xb0; row <= 0xf7; row++) {
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      const character = decoder.decode(Uint8Array.of(row, cell));
      const syllable = /^\p{Script=Han}$/u.test(character) ? pinyin(character, { toneType: 'none', v: true }) : '';
      if (/^[a-z]+$/.test(syllable)) read.set(syllable, (read.get(syllable) ?? '') + character);
    }
  }
  const sorted = [...read].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([syllable, characters]) => `${syllable} ${characters}\n`).join('');
}

describe('syllables', () => {
  const { of, in: typed } = readSyllables(readFileSync(FILE, 'utf8'));

  it('are those of pinyin-pro; UPDATE_SYLLABLES=1 writes them anew', () => {
    if (process.env.UPDATE_SYLLABLES) writeFileSync(FILE, lines());
    expect(readFileSync(FILE, 'utf8')).to.equal(lines());
  });

  it('are the same for what dictation and dialect do not tell apart', () => {
    expect([...'头偷透投'].map(of)).to.deep.equal(['tou', 'tou', 'tou', 'tou']);
    expect([...'山散三'].map(of)).to.deep.equal(['san', 'san', 'san']);
    expect([...'路怒'].map(of)).to.deep.equal(['lu', 'lu']);
    expect(of('a')).to.equal(undefined);
  });

  it('are found in what is typed in pinyin, and only if it is pinyin as a whole', () => {
    expect(typed('lu deng')).to.deep.equal(['lu', 'den']);
    expect(typed('huayuan duoshao qian')).to.deep.equal(['fa', 'yuan', 'duo', 'sao', 'qian']);
    expect(typed('street lights')).to.equal(undefined);
  });

  it('are found at once, or not, however many ways there are to split a word', () => {
    expect(typed(`${'ange'.repeat(500)}bk`)).to.equal(undefined);
    expect(typed('xianange')).to.deep.equal(['xian', 'an', 'e']);
    expect(typed('a'.repeat(20_000))).to.have.length(20_000);
  });

  it('tells which line cannot be read', () => {
    expect(() => readSyllables('a 啊\n???')).to.throw('"???" is not a syllable');
  });
});
