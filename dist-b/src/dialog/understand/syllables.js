import { CodedError } from '../../store/codedError.js';
/**
 * Reads the lines of `syllables.txt`: a syllable, a blank, its characters. A table of 128 kB, where a package takes 24 MB.
 * Throws `CodedError` on a line of another form.
 */
export function readSyllables(lines) {
    const names = [''];
    const table = new Uint16Array(0x5200);
    const known = new Set(['shei']);
    for (const line of lines.split('\n').filter(Boolean)) {
        const [, written = '', characters = ''] = /^([a-z]+) (\p{Script=Han}+)$/u.exec(line) ?? [];
        if (!written)
            throw new CodedError('syllables-unreadable', `syllables.txt: "${line}" is not a syllable and its characters.`);
        known.add(written);
        names.push(folded(written));
        for (const character of characters)
            table[character.charCodeAt(0) - 0x4e00] = names.length - 1;
    }
    return {
        of: (character) => names[table[character.charCodeAt(0) - 0x4e00] ?? 0] || undefined,
        in: (latin) => split(latin, known)?.map(folded),
        split: (word) => syllablesOf(word, known),
    };
}
/** Syllables that people of Sichuan, and dictation, do not tell apart are written the same: sh and s, n and l, ang and an, hu and f. */
function folded(syllable) {
    return syllable
        .replace(/^shei$/, 'shui')
        .replace(/^([zcs])h/, '$1')
        .replace(/^n/, 'l')
        .replace(/^hu(?=[aeo])/, 'f')
        .replace(/([aei])ng$/, '$1n')
        .replace(/v/, 'u');
}
const LONGEST = 6;
/** Words of Latin letters as syllables, the longest first; a word is split only if it is made of syllables as a whole. */
function split(latin, known) {
    const found = [];
    for (const word of latin.split(/[^a-z]+/).filter(Boolean)) {
        const parts = syllablesOf(word, known);
        if (!parts)
            return undefined;
        found.push(...parts);
    }
    return found.length > 0 ? found : undefined;
}
/**
 * It goes from the end to the beginning, so that each place is looked at once. To try one way after the other would take years for "angeangeange…".
 */
function syllablesOf(word, known) {
    /** At each place the length of the longest syllable behind which the rest can be split; 0 if there is none. */
    const lengths = new Uint8Array(word.length);
    const isSplit = (at) => at === word.length || (lengths[at] ?? 0) > 0;
    for (let at = word.length - 1; at >= 0; at--) {
        for (let length = Math.min(LONGEST, word.length - at); length > 0; length--) {
            if (!isSplit(at + length) || !known.has(word.slice(at, at + length)))
                continue;
            lengths[at] = length;
            break;
        }
    }
    if (!isSplit(0))
        return undefined;
    const found = [];
    for (let at = 0; at < word.length; at += lengths[at] ?? 0)
        found.push(word.slice(at, at + (lengths[at] ?? 0)));
    return found;
}
