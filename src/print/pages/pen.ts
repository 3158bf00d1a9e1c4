import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create } from 'fontkit';
import PDFDocument from 'pdfkit';
import { boundedMap } from '../../store/cache.ts';
import type { Printed } from '../printed.ts';

/** Points in a millimetre. */
export const MM = 72 / 25.4;

/** Noto Sans Hans, under the Open Font License. A document takes only the glyphs along that it shows. */
const FONTS = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')), '..', 'fonts');
const WEIGHTS = { regular: 'NotoSansHans-Regular.otf', bold: 'NotoSansHans-Bold.otf' } as const;
export type Weight = keyof typeof WEIGHTS;

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

/** `written`: a text as the typeface can write it. */
export function pen({ title, language, at, paper, footer, leading = LEADING }: Printed, written: (text: string) => string): Pen {
  const shown = (text: string) => written(language === 'en' ? withNarrowQuotes(text) : text);
  const doc = new PDFDocument({
    size: paper,
    margin: 0,
    autoFirstPage: false,
    bufferPages: footer !== undefined,
    lang: language,
    displayTitle: true,
    info: { Title: title, CreationDate: at, Producer: 'Yisheng', Creator: 'Yisheng' },
  });
  const fonts = { regular: readFileSync(join(FONTS, WEIGHTS.regular)), bold: readFileSync(join(FONTS, WEIGHTS.bold)) };
  for (const [weight, bytes] of Object.entries(fonts)) doc.registerFont(weight, bytes);
  const widths = boundedMap<string, number>(20_000);
  return {
    doc,
    width: (text, size, weight) => size * widths.getOrMake(`${weight}${text}`, () => doc.font(weight).fontSize(1).widthOfString(shown(text))),
    write: (line, x, y, { size, weight, grey }) => {
      doc
        .font(weight)
        .fontSize(size)
        .fillColor(grey ? '#555555' : 'black');
      doc.text(shown(line), x, y + ((leading - 1) * size) / 2, { lineBreak: false });
    },
    leading: (size) => size * leading,
  };
}

/** Its curved quotes are as wide as a Chinese character. */
function withNarrowQuotes(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

/** The characters that are in both weights of the typeface. */
export function typeface(): { has(character: string): boolean } {
  const fonts = Object.values(WEIGHTS).map((file) => create(readFileSync(join(FONTS, file))));
  return { has: (character) => fonts.every((font) => 'hasGlyphForCodePoint' in font && font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) };
}
