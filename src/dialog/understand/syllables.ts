import { CodedError } from '../../store/codedError.ts';

/** What is known of how characters are read. */
export interface Syllables {
  /** The syllable of a character, without tone and folded (`folded`); undefined if it is none of the common characters. */
  readonly of: (character: string) => string | undefined;
  /** A text in Latin letters as syllables; undefined if it is not pinyin as a whole. */
  readonly in: (latin: string) => string[] | undefined;
  /** One word in Latin letters as syllables as they are written; undefined if it is none. */
  readonly split: (word: string) => string[] | undefined;
}

/**
 * Reads the lines of `syllables.txt`: a syllable, a blank, its characters. A table of 128 kB, where a package takes 24 MB.
 * Throws `CodedError` on a line of another form.
 */
export function readSyllables(lines: string): Syllables {
  const names: string[] = [''];
  const table = new Uint16Array(0x5200);
  const known = new Set(['shei']);
  for (const line of lines.split('\n').filter(Boolean)) {
    const [, written = '', characters = ''] = /^([a-z]+) (\p{Script=Han}+)$/u.exec(line) ?? [];
    if (!written) throw new CodedError('syllables-unreadable', `syllables.txt: "${line}" is not a syllable and its characters.`);
    known.add(written);
    names.push(folded(written));
    for (const character of characters) table[character.charCodeAt(0) - 0x4e00] = names.length - 1;
  }
  return {
    of: (character) => names[table[character.charCodeAt(0) - 0x4e00] ?? 0] || undefined,
    in: (latin) => split(latin, known)?.map(folded),
    split: (word) => syllablesOf(word, known),
  };
}

/** Syllables that people of Sichuan, and dictation, do not tell apart are written the same: sh and s, n and l, ang and an, hu and f. */
function folded(syllable: string): string {
  return syllable
    .replace(/^shei$/, 'shui')
    .replace(/^([zcs])h/, '$1')
    .replace(/^n/, 'l')
    .replace(/^hu(?=[aeo])/, 'f')
    .replace(/([aei])ng$/, '$1n')
    .replace(/v/, 'u');
}

const MAX_SYLLABLE_LETTERS = 6;

/** Words of Latin letters as syllables, the longest first; a word is split only if it is made of syllables as a whole. */
function split(latin: string, known: ReadonlySet<string>): string[] | undefined {
  const found: string[] = [];
  for (const word of latin.split(/[^a-z]+/).filter(Boolean)) {
    const parts = syllablesOf(word, known);
    if (!parts) return undefined;
    found.push(...parts);
  }
  return found.length > 0 ? found : undefined;
}

/**
 * It goes from the end to the beginning, so that each place is looked at once. To try one way after the other would take years for "angeangeange…".
 */
function syllablesOf(word: string, known: ReadonlySet<string>): string[] | undefined {
  /** At each place the length of the longest syllable behind which the rest can be split; 0 if there is none. */
  const lengths = new Uint8Array(word.length);
  const isSplit = (at: number) => at === word.length || (lengths[at] ?? 0) > 0;
  for (let at = word.length - 1; at >= 0; at--) {
    for (let length = Math.min(MAX_SYLLABLE_LETTERS, word.length - at); length > 0; length--) {
      if (!isSplit(at + length) || !known.has(word.slice(at, at + length))) continue;
      lengths[at] = length;
      break;
    }
  }
  if (!isSplit(0)) return undefined;
  const found: string[] = [];
  for (let at = 0; at < word.length; at += lengths[at] ?? 0) found.push(word.slice(at, at + (lengths[at] ?? 0)));
  return found;
}
