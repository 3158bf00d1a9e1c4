import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create } from 'fontkit';
import PDFDocument from 'pdfkit';
import { boundedMap } from '../../store/cache.ts';
import type { Printed } from '../printed.ts';

/** Points in a millimetre. */
export const MM = 72 / 25.4;

/** Noto Sans under the Open Font License, and after it its Japanese sister for characters that it lacks. A document takes only the glyphs along that it shows. */
const FACES = {
  regular: ['sc/NotoSansHans-Regular.otf', 'jp/NotoSansJP-Regular.otf'],
  bold: ['sc/NotoSansHans-Bold.otf', 'jp/NotoSansJP-Bold.otf'],
} as const;
export type Weight = keyof typeof FACES;

/** The room from one line to the next. */
const LEADING = 1.45;

/** What writes on the pages of one document. */
export interface Pen {
  readonly doc: PDFKit.PDFDocument;
  /** What a type of this size is wide, in points. */
  width(text: string, size: number, weight: Weight): number;
  /** Writes one line, which begins at x; `y` is its upper edge. */
  write(line: string, x: number, y: number, style: { readonly size: number; readonly weight: Weight; readonly grey?: boolean }): void;
  /** The height of a line. */
  leading(size: number): number;
}

/** `written`: a text as the typefaces can write it; `rare`: the characters in it that only the second one has. */
export function pen(
  { title, language, at, paper, footer, leading = LEADING }: Printed,
  written: (text: string) => string,
  rare: ReadonlySet<string>,
): Pen {
  const shown = (text: string) => written(language === 'en' ? withNarrowQuotes(text) : text);
  const doc = new PDFDocument({
    size: paper,
    margin: 0,
    autoFirstPage: false,
    bufferPages: footer !== undefined,
    lang: language,
    displayTitle: true,
    subset: 'PDF/A-2b',
    pdfVersion: '1.7',
    info: { Title: title, CreationDate: at, Producer: 'Yisheng', Creator: 'Yisheng' },
  });
  for (const [weight, files] of Object.entries(FACES))
    for (const [index, file] of files.entries()) if (index === 0 || rare.size > 0) doc.registerFont(`${weight}${index}`, bytesOf(file));
  const widths = boundedMap<string, number>(20_000);
  const partsOf = (text: string, weight: Weight) => inFaces(text, rare).map(({ part, face }) => ({ part, font: `${weight}${face}` }));
  const widthOf = (part: string, font: string) => widths.getOrMake(`${font}${part}`, () => doc.font(font).fontSize(1).widthOfString(part));
  return {
    doc,
    width: (text, size, weight) => size * partsOf(shown(text), weight).reduce((sum, { part, font }) => sum + widthOf(part, font), 0),
    write: (line, x, y, { size, weight, grey }) => {
      let left = x;
      for (const { part, font } of partsOf(shown(line), weight)) {
        doc
          .font(font)
          .fontSize(size)
          .fillColor(grey ? '#555555' : 'black');
        doc.text(part, left, y + ((leading - 1) * size) / 2, { lineBreak: false }); // both have their base line at the same height
        left += size * widthOf(part, font);
      }
    },
    leading: (size) => size * leading,
  };
}

/** Its curved quotes are as wide as a Chinese character. */
function withNarrowQuotes(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

/** A text in parts, each with the typeface that has its characters. */
function inFaces(text: string, rare: ReadonlySet<string>): { readonly part: string; readonly face: 0 | 1 }[] {
  if (rare.size === 0) return [{ part: text, face: 0 }];
  const parts: { part: string; face: 0 | 1 }[] = [];
  for (const character of text) {
    const face = rare.has(character) ? 1 : 0;
    const last = parts.at(-1);
    if (last?.face === face) last.part += character;
    else parts.push({ part: character, face });
  }
  return parts;
}

/** Which typeface has a character in both weights: the first, the second, or none. */
export function typefaces(): { faceOf(character: string): 0 | 1 | undefined } {
  const known: ((character: string) => boolean)[] = [];
  const has = (face: 0 | 1, character: string) => {
    known[face] ??= hasIn(Object.values(FACES).map((files) => create(bytesOf(files[face]))));
    return known[face](character);
  };
  return { faceOf: (character) => ([0, 1] as const).find((face) => has(face, character)) };
}

function hasIn(fonts: readonly ReturnType<typeof create>[]): (character: string) => boolean {
  return (character) => fonts.every((font) => 'hasGlyphForCodePoint' in font && font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
}

function bytesOf(file: string): Buffer {
  const [language = '', name = ''] = file.split('/');
  const main = createRequire(import.meta.url).resolve(`@embedpdf/fonts-${language}`);
  return readFileSync(join(dirname(main), '..', 'fonts', name));
}
