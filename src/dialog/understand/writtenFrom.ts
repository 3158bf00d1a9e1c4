import { fold } from './fold.ts';

/** The end of a text as it was written, from the place that is `offset` in its normalised form; trimmed, without the separator before it. */
export function writtenFrom(text: string, offset: number): string {
  let folded = 0;
  let from = 0;
  for (const character of text) {
    if (folded >= offset) break;
    folded += fold(character).length;
    from += character.length;
  }
  return text
    .slice(from)
    .replace(/^[\s\p{Pe}\p{Pf}\p{Po}\p{Pd}\p{Default_Ignorable_Code_Point}]+/u, '')
    .trim();
}
