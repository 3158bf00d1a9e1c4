import type { i18n } from 'i18next';
import type { Phrases } from '../channels/voice/prompts/promptBook.ts';
import { linesOf, speechOf } from '../channels/voice/speech.ts';
import type { World } from '../store/world.ts';
import type { Aloud } from '../web/console/kiosk/aloud.ts';
import { wordsFor } from './words.ts';

/** How long a page waits for the recordings before everything is left to the browser's voice, in milliseconds. */
const PATIENCE_MS = 1_000;

/** Reads a page aloud as the phone line does: with the community's recordings, else in words for the browser's own voice. */
export function aloud(world: World, catalogue: i18n, phrases: Phrases): Aloud {
  const words = wordsFor(world, catalogue);
  const speech = speechOf({
    world,
    phrases,
    publicUrl: '',
    wordsFor: (language, community, lists) => words('voice', language, community, lists),
    synthesised: () => undefined,
  });
  return async (language, community) => {
    const spoken = await speech({ language, community }, PATIENCE_MS);
    return (said) =>
      linesOf(said, { ...spoken, isSlow: false }).map((line) => ('sounds' in line ? line : { text: line.text, language: line.language }));
  };
}
