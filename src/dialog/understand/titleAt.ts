import type { Option } from '../question.ts';
import { normalise } from './normalise.ts';

/** Finds the title, or part of one, that stands at a place of a normalised message. */
export type TitleAt = (plain: string, at: number) => { readonly text: string; readonly number: number; readonly isWhole: boolean } | undefined;

interface Label {
  readonly number: number;
  readonly text: string;
}

/** A part of a title must be at least so long to name it, if no other title has it too. */
const LEAST = { characters: 2, letters: 3 };
/** From this length on, a title with one wrong character still counts. */
const FORGIVING = 4;
const LETTER = /[\p{Script=Latin}\p{Nd}']/u;

/**
 * Finds titles of these options: the whole title, a part that only one title has, or a title with one wrong character. A part that is a
 * common word (社区) names nothing.
 */
export function titleAt(options: readonly Option[], isCommon: (word: string) => boolean): TitleAt {
  return (plain, at) => {
    const labels = labelsOf(options);
    const part = longestPart(labels, plain, at, isCommon);
    const whole = nearlyWhole(labels, plain, at);
    return whole && whole.text.length > (part?.text.length ?? 0) ? whole : part;
  };
}

const compiled = new WeakMap<readonly Option[], readonly Label[]>();

function labelsOf(options: readonly Option[]): readonly Label[] {
  const known = compiled.get(options) ?? options.map(({ number, label }) => ({ number, text: normalise(label).replace(/[.\s]+$/, '') }));
  compiled.set(options, known);
  return known;
}

function longestPart(labels: readonly Label[], plain: string, at: number, isCommon: (word: string) => boolean) {
  let found: ReturnType<TitleAt>;
  for (let end = at + 1, having = labels; end <= plain.length; end++) {
    const text = plain.slice(at, end);
    having = having.filter((label) => label.text.includes(text));
    if (having.length === 0) break;
    if (!names(text, plain.charAt(end))) continue;
    const exact = having.filter((label) => label.text === text);
    const [only, another] = exact.length ? exact : having.filter((label) => !isLatin(text) || hasWords(label.text, text));
    const isName = only && !another && (exact.length > 0 || !isCommon(text));
    found = isName ? { text, number: only.number, isWhole: exact.length > 0 } : found;
  }
  return found;
}

/** Whether it is long enough, and not cut off in the middle of a Latin word. */
function names(text: string, after: string): boolean {
  const last = text.charAt(text.length - 1);
  if (/\s/.test(last) || (LETTER.test(last) && LETTER.test(after))) return false;
  return [...text].length >= (isLatin(text) ? LEAST.letters : LEAST.characters) && !/^\d+$/.test(text);
}

function isLatin(text: string): boolean {
  return /\p{Script=Latin}/u.test(text);
}

/** Whether a title has these whole words: "light" is not in "lightning". */
function hasWords(label: string, words: string): boolean {
  for (let at = label.indexOf(words); at >= 0; at = label.indexOf(words, at + 1)) {
    const isCut = (a: string, b: string) => LETTER.test(a) && LETTER.test(b);
    const end = at + words.length;
    if (!isCut(label.charAt(at - 1), words.charAt(0)) && !isCut(words.charAt(words.length - 1), label.charAt(end))) return true;
  }
  return false;
}

function nearlyWhole(labels: readonly Label[], plain: string, at: number) {
  const near = labels.filter(({ text }) => text.length >= FORGIVING && differences(text, plain, at) === 1);
  const [only, another] = near;
  return only && !another ? { text: plain.slice(at, at + only.text.length), number: only.number, isWhole: true } : undefined;
}

function differences(title: string, plain: string, at: number): number {
  if (at + title.length > plain.length) return Number.POSITIVE_INFINITY;
  let count = 0;
  for (let index = 0; index < title.length && count < 2; index++) if (title.charCodeAt(index) !== plain.charCodeAt(at + index)) count++;
  return count;
}
