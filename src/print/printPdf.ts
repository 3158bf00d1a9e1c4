import { join } from 'node:path';
import { CodedError } from '../store/codedError.ts';
import { runIsolated } from '../store/runIsolated.ts';
import type { Lacking, PdfMade, Printed } from './printed.ts';

const PAGES = join(import.meta.dirname, 'pages');
/** 1,000 cards take some four seconds. */
const LIMITS = { ms: 60_000, mebibytes: 256 };

/** The typeface lacks characters: `lacking` says which, and where they stand. The sentence names no text. */
export class MissingCharacters extends CodedError {
  readonly lacking: readonly Lacking[];

  constructor(lacking: readonly Lacking[]) {
    const named = lacking.map(({ character }) => `${character} (U+${character.codePointAt(0)?.toString(16).toUpperCase()})`);
    super('missing-characters', `The typeface lacks ${named.join(', ')}: write it otherwise, or print all the same, with 〓 in its place.`);
    this.lacking = lacking;
  }
}

/** Something has no room in its place, or on a page, even in the smallest type: `text` is what. The sentence names the document and no text. */
export class DoesNotFit extends CodedError {
  readonly text: string;

  constructor(document: string, text: string) {
    super('does-not-fit', `A text is too long for its place in “${document}”: shorten it, or print fewer at once.`);
    this.text = text;
  }
}

/**
 * Writes a document as PDF, in a process of its own, with the glyphs that it shows embedded. Rejects with `missing-characters` (`MissingCharacters`), unless
 * they are to be printed as 〓 `allTheSame`; with `does-not-fit` (`DoesNotFit`) if something is too long for its place even in small type.
 */
export async function printPdf(printed: Printed, allTheSame = false): Promise<Uint8Array> {
  const made = await runIsolated<{ printed: Printed; allTheSame: boolean }, PdfMade>(PAGES, 'writePdf', { printed, allTheSame }, LIMITS);
  if ('lacking' in made) throw new MissingCharacters(made.lacking);
  if ('tooLong' in made) throw new DoesNotFit(printed.title, made.tooLong);
  return made.bytes;
}
