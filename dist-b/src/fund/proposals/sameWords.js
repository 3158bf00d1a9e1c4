import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../store/files.js';
/** Words that residents use for the same thing, a line each. */
export const SAME_WORDS = linesOf('sameWords.txt').map((line) => line.split(' '));
/** The lines of a list in `locales/zh-CN/`. */
export function linesOf(name) {
    return readFileSync(join(root, 'locales/zh-CN', name), 'utf8')
        .trim()
        .split('\n');
}
/** By the first sign of a word: those that begin with it, the longest first. */
const BY_FIRST = meanings();
function meanings() {
    const found = new Map();
    for (const [meaning, words] of SAME_WORDS.entries())
        for (const word of words) {
            const first = word[0] ?? '';
            found.set(first, [...(found.get(first) ?? []), { word, meaning }]);
        }
    for (const words of found.values())
        words.sort((one, other) => other.word.length - one.word.length);
    return found;
}
/** What may stand within a word without changing what it means: 种点花, 换个灯. */
const FILLERS = new Set('点些个几');
/** The words of a text that others say otherwise. */
export function sameWords(text) {
    const kept = Array.from({ length: text.length }, (_, index) => index).filter((index) => !FILLERS.has(text[index] ?? ''));
    const bare = kept.map((index) => text[index]).join('');
    const within = wordsIn(bare).map(({ from, to, meaning }) => ({ from: kept[from] ?? 0, to: (kept[to - 1] ?? 0) + 1, meaning }));
    return kept.length === text.length ? within : [...wordsIn(text), ...within];
}
/** From left to right, the longest one that stands at a place. */
function wordsIn(text) {
    const words = [];
    for (let from = 0; from < text.length;) {
        const found = BY_FIRST.get(text[from] ?? '')?.find(({ word }) => text.startsWith(word, from));
        const to = from + (found?.word.length ?? 1);
        if (found)
            words.push({ from, to, meaning: found.meaning });
        from = to;
    }
    return words;
}
