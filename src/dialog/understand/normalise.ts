import { fold } from './fold.ts';

/** A text as it is compared, character by character (`fold`), so that `writtenFrom` finds the way back. */
export function normalise(text: string): string {
  let plain = '';
  for (const character of text) plain += fold(character);
  return plain;
}
