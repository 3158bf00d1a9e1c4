import { wholeCommandIn } from './commandIn.ts';
import { normalise } from './normalise.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Whether a message is the same command whatever was asked before it, free text included. */
export function standsAlone(text: string, vocabulary: Vocabulary): boolean {
  return wholeCommandIn({ plain: normalise(text), vocabulary }, undefined) !== undefined;
}
